import { DynamoDBClient, DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new DeleteItemCommand({
  ConditionExpression: "#n0 = :v0",
  ExpressionAttributeNames: {
    "#n0": "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}",
  },
  ExpressionAttributeValues: {
    ":v0": {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
  },
  Key: {
    pk: {S: "a"},
    sk: {N: "1"},
  },
  ReturnValues: "ALL_OLD",
  TableName: "copied",
}));
