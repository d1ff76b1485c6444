import { DynamoDBClient, CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new CreateTableCommand({
  AttributeDefinitions: [
    {
      AttributeName: "pk",
      AttributeType: "S",
    },
    {
      AttributeName: "sk",
      AttributeType: "N",
    },
    {
      AttributeName: "bytes",
      AttributeType: "B",
    },
  ],
  BillingMode: "PROVISIONED",
  DeletionProtectionEnabled: false,
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-sk",
      KeySchema: [
        {
          AttributeName: "sk",
          KeyType: "HASH",
        },
        {
          AttributeName: "pk",
          KeyType: "RANGE",
        },
      ],
      Projection: {
        ProjectionType: "KEYS_ONLY",
      },
      ProvisionedThroughput: {
        ReadCapacityUnits: 5,
        WriteCapacityUnits: 5,
      },
    },
  ],
  KeySchema: [
    {
      AttributeName: "pk",
      KeyType: "HASH",
    },
    {
      AttributeName: "sk",
      KeyType: "RANGE",
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "by-bytes",
      KeySchema: [
        {
          AttributeName: "pk",
          KeyType: "HASH",
        },
        {
          AttributeName: "bytes",
          KeyType: "RANGE",
        },
      ],
      Projection: {
        NonKeyAttributes: [
          "nines",
        ],
        ProjectionType: "INCLUDE",
      },
    },
  ],
  ProvisionedThroughput: {
    ReadCapacityUnits: 5,
    WriteCapacityUnits: 5,
  },
  SSESpecification: {
    Enabled: true,
    SSEType: "KMS",
  },
  StreamSpecification: {
    StreamEnabled: true,
    StreamViewType: "NEW_AND_OLD_IMAGES",
  },
  TableClass: "STANDARD",
  TableName: "copied",
  Tags: [
    {
      Key: "team",
      Value: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>",
    },
  ],
}));
