import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/notes';

/** A stand-in for what only AWS has: DynamoDB's backups and S3 transfers, and CloudWatch, with answers as documented. */
export class Aws {
  readonly asked: { operation: string; request: any }[] = [];
  private recovery = false;
  private backups: any[] = [];
  private exports: any[] = [];
  private imports: any[] = [];
  private readonly tables = new Map<string, number>([['notes', 0]]);
  private server = createServer((request, response) => void this.serve(request, response));
  url = '';

  static async start(): Promise<Aws> {
    const aws = new Aws();
    await new Promise<void>((ready) => aws.server.listen(0, '127.0.0.1', ready));
    aws.url = `http://127.0.0.1:${(aws.server.address() as AddressInfo).port}`;
    return aws;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  /** A configuration with this as its only connection. */
  config(more = '') {
    return `[[connection]]\nname = "aws"\nkind = "endpoint"\nregion = "us-east-1"\nurl = "${this.url}"\ncloudwatch_url = "${this.url}"\n${more}`;
  }

  sent(operation: string) {
    return this.asked.filter((one) => one.operation === operation).map((one) => one.request);
  }

  private async serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url?.endsWith('/GetMetricData')) {
      response.writeHead(200, { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
      response.end(metrics(body.toString('latin1')));
      return;
    }
    const operation = String(request.headers['x-amz-target']).split('.').pop()!;
    const asked = JSON.parse(body.toString() || '{}');
    this.asked.push({ operation, request: asked });
    const answer = this.answer(operation, asked);
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer ?? { __type: 'x#UnknownOperationException', message: operation }));
  }

  private answer(operation: string, asked: any): any {
    const now = Math.floor(Date.now() / 1000);
    switch (operation) {
      case 'ListTables':
        return { TableNames: [...this.tables.keys()] };
      case 'DescribeTable':
        return { Table: this.table(asked.TableName) };
      case 'DescribeTimeToLive':
        return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
      case 'ListTagsOfResource':
        return { Tags: [] };
      case 'DescribeContinuousBackups':
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: this.recovery
              ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 14, EarliestRestorableDateTime: now - 86_400, LatestRestorableDateTime: now - 300 }
              : { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        };
      case 'UpdateContinuousBackups':
        this.recovery = asked.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
        return {};
      case 'CreateBackup': {
        const backup = { TableName: 'notes', BackupArn: `${ARN}/backup/${this.backups.length}`, BackupName: asked.BackupName, BackupCreationDateTime: now, BackupStatus: 'CREATING', BackupType: 'USER', BackupSizeBytes: 52_428_800 };
        this.backups.push(backup);
        return { BackupDetails: backup };
      }
      case 'ListBackups': {
        const shown = this.backups.map((backup) => ({ ...backup }));
        for (const backup of this.backups) backup.BackupStatus = 'AVAILABLE';
        return { BackupSummaries: shown };
      }
      case 'DescribeBackup': {
        const backup = this.backups.find((one) => one.BackupArn === asked.BackupArn);
        const of = { TableName: 'notes', TableId: 'id', KeySchema: [], TableCreationDateTime: now, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } };
        return { BackupDescription: { BackupDetails: backup, SourceTableDetails: of } };
      }
      case 'DeleteBackup':
        this.backups = this.backups.filter((one) => one.BackupArn !== asked.BackupArn);
        return {};
      case 'RestoreTableFromBackup':
      case 'RestoreTableToPointInTime':
        this.tables.set(asked.TargetTableName, 1);
        return { TableDescription: this.table(asked.TargetTableName) };
      case 'ExportTableToPointInTime': {
        const made = { ExportArn: `${ARN}/export/${this.exports.length}`, ExportStatus: 'IN_PROGRESS', ExportType: asked.ExportType, ExportFormat: asked.ExportFormat, S3Bucket: asked.S3Bucket, S3Prefix: asked.S3Prefix, StartTime: now };
        this.exports.push(made);
        return { ExportDescription: made };
      }
      case 'ListExports':
        return { ExportSummaries: this.exports };
      case 'DescribeExport': {
        const one = this.exports.find((each) => each.ExportArn === asked.ExportArn);
        const shown = { ...one };
        Object.assign(one, { ExportStatus: 'COMPLETED', EndTime: now, ItemCount: 1234, BilledSizeBytes: 4_096_000, ExportManifest: 'AWSDynamoDB/0/manifest-summary.json' });
        return { ExportDescription: shown };
      }
      case 'ImportTable': {
        const made = { ImportArn: `${ARN}/import/${this.imports.length}`, ImportStatus: 'IN_PROGRESS', InputFormat: asked.InputFormat, InputCompressionType: asked.InputCompressionType, S3BucketSource: asked.S3BucketSource, TableCreationParameters: asked.TableCreationParameters, StartTime: now, ProcessedItemCount: 100, ImportedItemCount: 100, ErrorCount: 0, ProcessedSizeBytes: 2048 };
        this.imports.push(made);
        return { ImportTableDescription: made };
      }
      case 'ListImports':
        return { ImportSummaryList: this.imports.map(({ ImportArn }) => ({ ImportArn })) };
      case 'DescribeImport': {
        const one = this.imports.find((each) => each.ImportArn === asked.ImportArn);
        const shown = { ...one };
        Object.assign(one, { ImportStatus: 'FAILED', EndTime: now, ProcessedItemCount: 200, ImportedItemCount: 180, ErrorCount: 20, FailureCode: 'ItemValidationError', FailureMessage: 'Some of the items failed validation checks.', CloudWatchLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws-dynamodb/imports' });
        return { ImportTableDescription: shown };
      }
    }
  }

  /** A restored table is made for a while: it is active when it is asked for the second time. */
  private table(name: string) {
    const left = this.tables.get(name) ?? 0;
    this.tables.set(name, Math.max(0, left - 1));
    const units = { ReadCapacityUnits: 20, WriteCapacityUnits: 10 };
    const index = { IndexName: 'by-kind', IndexStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' }, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }, ItemCount: 900_000, IndexSizeBytes: 1_200_000_000 };
    return {
      TableName: name,
      TableStatus: left > 0 ? 'CREATING' : 'ACTIVE',
      TableArn: ARN.replace('notes', name),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'kind', AttributeType: 'S' }],
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: units,
      GlobalSecondaryIndexes: [index],
      ItemCount: 2_000_000,
      TableSizeBytes: 3_400_000_000,
    };
  }
}

/** Points for each series that the request names: `q0`, `q1` and so on, in the order of their metrics. */
function metrics(request: string): Buffer {
  const names = [...request.matchAll(/(Consumed|Provisioned)(Read|Write)CapacityUnits|(Read|Write)ThrottleEvents|SuccessfulRequestLatency|SystemErrors|ConditionalCheckFailedRequests|TransactionConflict/g)].map((found) => found[0]);
  const end = Math.floor(Date.now() / 60_000) * 60;
  const times = Array.from({ length: 60 }, (_, at) => end - 3600 + at * 60);
  const wave = (name: string, at: number) => {
    const swing = 1 + Math.sin(at / 7);
    if (name.startsWith('Consumed')) return 60 * (name.includes('Read') ? 8 : 3) * swing;
    if (name.startsWith('Provisioned')) return name.includes('Read') ? 20 : 10;
    if (name === 'SuccessfulRequestLatency') return 3 + swing * 2;
    return name === 'WriteThrottleEvents' && at % 20 === 0 ? 4 : 0;
  };
  const results = names.map((name, at) => {
    const points = at % 5 === 4 && name === 'SuccessfulRequestLatency' ? [] : times;
    return map({ Id: text(`q${at}`), StatusCode: text('Complete'), Timestamps: list(points.map(time)), Values: list(points.map((_, minute) => double(wave(name, minute)))) });
  });
  return map({ MetricDataResults: list(results) });
}

// The little of CBOR that an answer needs.
function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  const long = Buffer.alloc(3);
  long[0] = (major << 5) | 25;
  long.writeUInt16BE(length, 1);
  return long;
}
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const list = (values: Buffer[]) => Buffer.concat([head(4, values.length), ...values]);
const map = (members: Record<string, Buffer>) =>
  Buffer.concat([head(5, Object.keys(members).length), ...Object.entries(members).flatMap(([name, value]) => [text(name), value])]);
function double(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
const time = (seconds: number) => Buffer.concat([Buffer.from([0xc1]), double(seconds)]);
