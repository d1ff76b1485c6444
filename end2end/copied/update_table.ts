import { DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new UpdateTableCommand({
  AttributeDefinitions: [
    {
      AttributeName: "nines",
      AttributeType: "N",
    },
    {
      AttributeName: "pk",
      AttributeType: "S",
    },
  ],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "by-nines",
        KeySchema: [
          {
            AttributeName: "nines",
            KeyType: "HASH",
          },
          {
            AttributeName: "pk",
            KeyType: "RANGE",
          },
        ],
        Projection: {
          ProjectionType: "ALL",
        },
        ProvisionedThroughput: {
          ReadCapacityUnits: 1,
          WriteCapacityUnits: 1,
        },
      },
    },
  ],
  TableName: "copied",
}));
