import { DynamoDBClient, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new BatchWriteItemCommand({
  RequestItems: {
    copied: [
      {
        PutRequest: {
          Item: {
            "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}": {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
            blobs: {BS: [Uint8Array.from([1]), Uint8Array.from([2])]},
            bytes: {B: Uint8Array.from([0, 255, 34])},
            list: {L: [
              {N: "1"},
              {M: {
                B: {B: Uint8Array.from([0])},
                ["__proto__"]: {S: ""},
              }},
              {L: []},
            ]},
            nines: {N: "99999999999999999999999999999999999999"},
            no: {BOOL: false},
            nothing: {NULL: true},
            numbers: {NS: ["1.5", "-2E-7"]},
            pk: {S: "b"},
            sk: {N: "1"},
            texts: {SS: ["a", "b"]},
          },
        },
      },
      {
        PutRequest: {
          Item: {
            "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}": {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
            blobs: {BS: [Uint8Array.from([1]), Uint8Array.from([2])]},
            bytes: {B: Uint8Array.from([0, 255, 34])},
            list: {L: [
              {N: "1"},
              {M: {
                B: {B: Uint8Array.from([0])},
                ["__proto__"]: {S: ""},
              }},
              {L: []},
            ]},
            nines: {N: "99999999999999999999999999999999999999"},
            no: {BOOL: false},
            nothing: {NULL: true},
            numbers: {NS: ["1.5", "-2E-7"]},
            pk: {S: "c"},
            sk: {N: "1"},
            texts: {SS: ["a", "b"]},
          },
        },
      },
      {
        DeleteRequest: {
          Key: {
            pk: {S: "gone"},
            sk: {N: "1"},
          },
        },
      },
    ],
  },
}));
