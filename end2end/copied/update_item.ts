import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new UpdateItemCommand({
  ConditionExpression: "#n3 = :v1",
  ExpressionAttributeNames: {
    "#n0": "list",
    "#n1": "x",
    "#n2": "no",
    "#n3": "nines",
  },
  ExpressionAttributeValues: {
    ":v0": {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
    ":v1": {N: "1"},
  },
  Key: {
    pk: {S: "a"},
    sk: {N: "1"},
  },
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  TableName: "copied",
  UpdateExpression: "SET #n0.#n1 = :v0 REMOVE #n2",
}));
