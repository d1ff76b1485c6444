import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new QueryCommand({
  ConsistentRead: true,
  ExpressionAttributeNames: {
    "#n0": "pk",
  },
  ExpressionAttributeValues: {
    ":v0": {S: "a"},
  },
  IndexName: "by-bytes",
  KeyConditionExpression: "#n0 = :v0",
  Limit: 500,
  Select: "COUNT",
  TableName: "copied",
}));
