import { DynamoDBClient, BatchExecuteStatementCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new BatchExecuteStatementCommand({
  Statements: [
    {
      Parameters: [
        {S: "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>"},
      ],
      Statement: "SELECT * FROM \"copied\" WHERE pk = ? AND sk = 1",
    },
  ],
}));
