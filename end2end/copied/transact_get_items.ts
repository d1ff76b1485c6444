import { DynamoDBClient, TransactGetItemsCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new TransactGetItemsCommand({
  TransactItems: [
    {
      Get: {
        Key: {
          pk: {S: "t"},
          sk: {N: "1"},
        },
        TableName: "copied",
      },
    },
  ],
}));
