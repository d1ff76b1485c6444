//! Which of AWS's services an operation belongs to: each has a client of its own.

/// A service, and what its clients are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    DynamoDb,
    Streams,
    CloudWatch,
}

impl Service {
    /// The service of an operation that Dynadesk shows.
    pub fn of(operation: &str) -> Self {
        match operation {
            "GetMetricData" => Self::CloudWatch,
            "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords" => Self::Streams,
            _ => Self::DynamoDb,
        }
    }

    /// As the `aws` command and boto3 call it, and the end of the name of its Rust crate.
    pub fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Streams => "dynamodbstreams",
            Self::CloudWatch => "cloudwatch",
        }
    }

    /// The client's class in TypeScript, and its package.
    pub fn typescript(self) -> (&'static str, &'static str) {
        match self {
            Self::DynamoDb => ("DynamoDBClient", "@aws-sdk/client-dynamodb"),
            Self::Streams => ("DynamoDBStreamsClient", "@aws-sdk/client-dynamodb-streams"),
            Self::CloudWatch => ("CloudWatchClient", "@aws-sdk/client-cloudwatch"),
        }
    }

    /// The endpoint to name. A connection's is DynamoDB's: CloudWatch answers elsewhere.
    pub fn endpoint(self, endpoint: Option<&String>) -> Option<&String> {
        endpoint.filter(|_| self != Self::CloudWatch)
    }
}
