import { DynamoDBClient, ExecuteTransactionCommand } from "@aws-sdk/client-dynamodb";
import { fromIni } from "@aws-sdk/credential-providers";

const client = new DynamoDBClient({ region: "eu-west-1", endpoint: "http://127.0.0.1:8000", credentials: fromIni({ profile: "it's \"me\" $HOME `id` \\" }) });

const response = await client.send(new ExecuteTransactionCommand({
  TransactStatements: [
    {
      Parameters: [
        {N: "1"},
      ],
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      Statement: "DELETE FROM \"copied\" WHERE pk = 't' AND sk = ?",
    },
  ],
}));
