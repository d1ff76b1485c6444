import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new ScanCommand({
  ExclusiveStartKey: {
    pk: {S: "a"},
    sk: {N: "1"},
  },
  ExpressionAttributeNames: {
    "#n0": "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}",
    "#n1": "pk",
  },
  Limit: 1,
  ProjectionExpression: "#n0, #n1",
  Segment: 0,
  TableName: "copied",
  TotalSegments: 1,
}));
