import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new QueryCommand({
  ExpressionAttributeNames: {
    "#n0": "pk",
    "#n1": "sk",
    "#n2": "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}",
    "#n3": "bytes",
    "#n4": "list",
    "#n5": "blobs",
    "#n6": "nothing",
  },
  ExpressionAttributeValues: {
    ":v0": {S: "a"},
    ":v1": {N: "0"},
    ":v2": {N: "99999999999999999999999999999999999999"},
    ":v3": {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
    ":v4": {B: Uint8Array.from([0, 255, 34])},
    ":v5": {L: [
      {N: "1"},
      {M: {
        B: {B: Uint8Array.from([0])},
        ["__proto__"]: {S: ""},
      }},
      {L: []},
    ]},
    ":v6": {BS: [Uint8Array.from([1]), Uint8Array.from([2])]},
    ":v7": {NULL: true},
  },
  FilterExpression: "#n2 = :v3 AND #n3 = :v4 AND #n4 = :v5 AND #n5 = :v6 AND #n6 IN (:v7)",
  KeyConditionExpression: "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2",
  Limit: 500,
  ReturnConsumedCapacity: "INDEXES",
  ScanIndexForward: false,
  TableName: "copied",
}));
