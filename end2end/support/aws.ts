import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsTable, Refusal } from './aws-table';

const ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/notes';

/** A stand-in for what only AWS has: DynamoDB's backups and S3 transfers, and CloudWatch, with answers as documented. */
export class Aws {
  readonly asked: { operation: string; request: any }[] = [];
  private recovery = false;
  private backups: any[] = [];
  private exports: any[] = [];
  private imports: any[] = [];
  private readonly tables = new Map<string, AwsTable>();
  /** Operations that are refused, as DynamoDB would. */
  private readonly refusals = new Map<string, Refusal>();
  private server = createServer((request, response) => void this.serve(request, response));
  url = '';

  private constructor() {
    this.table('notes');
  }

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

  /** The table of that name, made where there is none. */
  table(name: string): AwsTable {
    const table = this.tables.get(name) ?? new AwsTable(name);
    this.tables.set(name, table);
    return table;
  }

  /** So many backups, exports and imports that are over, a minute apart. */
  fill(count: number) {
    const at = (number: number) => 1_700_000_000 + number * 60;
    for (let number = 0; number < count; number += 1) {
      const label = String(number).padStart(3, '0');
      this.backups.push({ TableName: 'notes', BackupArn: `${ARN}/backup/old-${label}`, BackupName: `nightly-${label}`, BackupCreationDateTime: at(number), BackupStatus: 'AVAILABLE', BackupType: 'USER', BackupSizeBytes: 1_000_000 });
      this.exports.push({ ExportArn: `${ARN}/export/old-${label}`, ExportStatus: 'COMPLETED', ExportType: 'FULL_EXPORT', ExportFormat: 'ION', S3Bucket: 'exports', S3Prefix: `nightly-${label}`, StartTime: at(number), EndTime: at(number) + 30 });
      this.imports.push({ ImportArn: `${ARN}/import/old-${label}`, ImportStatus: 'COMPLETED', InputFormat: 'ION', InputCompressionType: 'NONE', S3BucketSource: { S3Bucket: 'imports' }, TableCreationParameters: { TableName: `notes-${label}` }, StartTime: at(number), EndTime: at(number) + 30, ProcessedItemCount: 100, ImportedItemCount: 100, ErrorCount: 0, ProcessedSizeBytes: 2048 });
    }
  }

  private known(name: string): AwsTable {
    const table = this.tables.get(name);
    if (!table) throw new Refusal('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
    return table;
  }

  /** Refuses an operation with an error of DynamoDB's, until it is allowed again: the SDK retries some of them. */
  refuse(operation: string, type: string, message: string) {
    this.refusals.set(operation, new Refusal(type, message));
  }

  allow(operation: string) {
    this.refusals.delete(operation);
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
    const refused = this.refusals.get(operation);
    const { status, answer } = refused ? refusal(refused) : this.attempt(operation, asked);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer));
  }

  private attempt(operation: string, asked: any) {
    try {
      const answer = this.answer(operation, asked);
      return answer ? { status: 200, answer } : refusal(new Refusal('UnknownOperationException', operation));
    } catch (error) {
      if (error instanceof Refusal) return refusal(error);
      throw error;
    }
  }

  private answer(operation: string, asked: any): any {
    const now = Math.floor(Date.now() / 1000);
    switch (operation) {
      case 'ListTables':
        return { TableNames: [...this.tables.keys()] };
      case 'DescribeTable':
        return { Table: this.described(asked.TableName) };
      case 'UpdateTable':
        return this.known(asked.TableName).update(asked);
      case 'DescribeTimeToLive':
      case 'UpdateTimeToLive':
        return this.known(asked.TableName).expiry(operation, asked);
      case 'Scan': {
        const { items } = this.known(asked.TableName);
        return { Items: items, Count: items.length, ScannedCount: items.length, ConsumedCapacity: { TableName: asked.TableName, CapacityUnits: 0.5 } };
      }
      case 'ListTagsOfResource':
      case 'TagResource':
      case 'UntagResource':
      case 'GetResourcePolicy':
      case 'PutResourcePolicy':
      case 'DeleteResourcePolicy':
        return this.known(asked.ResourceArn.split('/').pop()).beside(operation, asked);
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
        const from = asked.ExclusiveStartBackupArn ? this.backups.findIndex((one) => one.BackupArn === asked.ExclusiveStartBackupArn) + 1 : 0;
        const until = from + (asked.Limit ?? 100);
        const shown = this.backups.slice(from, until).map((backup) => ({ ...backup }));
        for (const backup of this.backups) backup.BackupStatus = 'AVAILABLE';
        return { BackupSummaries: shown, LastEvaluatedBackupArn: until < this.backups.length ? shown.at(-1).BackupArn : undefined };
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
        this.table(asked.TargetTableName).description.TableStatus = 'CREATING';
        return { TableDescription: this.table(asked.TargetTableName).description };
      case 'ExportTableToPointInTime': {
        const made = { ExportArn: `${ARN}/export/${this.exports.length}`, ExportStatus: 'IN_PROGRESS', ExportType: asked.ExportType, ExportFormat: asked.ExportFormat, S3Bucket: asked.S3Bucket, S3Prefix: asked.S3Prefix, StartTime: now };
        this.exports.push(made);
        return { ExportDescription: made };
      }
      case 'ListExports':
        return page(this.exports, asked.NextToken, asked.MaxResults, 'ExportSummaries');
      case 'DescribeExport': {
        const one = this.exports.find((each) => each.ExportArn === asked.ExportArn);
        const shown = { ...one };
        if (one.ExportStatus === 'IN_PROGRESS') Object.assign(one, { ExportStatus: 'COMPLETED', EndTime: now, ItemCount: 1234, BilledSizeBytes: 4_096_000, ExportManifest: 'AWSDynamoDB/0/manifest-summary.json' });
        return { ExportDescription: shown };
      }
      case 'ImportTable': {
        const made = { ImportArn: `${ARN}/import/${this.imports.length}`, ImportStatus: 'IN_PROGRESS', InputFormat: asked.InputFormat, InputCompressionType: asked.InputCompressionType, S3BucketSource: asked.S3BucketSource, TableCreationParameters: asked.TableCreationParameters, StartTime: now, ProcessedItemCount: 100, ImportedItemCount: 100, ErrorCount: 0, ProcessedSizeBytes: 2048 };
        this.imports.push(made);
        return { ImportTableDescription: made };
      }
      case 'ListImports':
        return page(this.imports.map(({ ImportArn }) => ({ ImportArn })), asked.NextToken, asked.PageSize, 'ImportSummaryList');
      case 'DescribeImport': {
        const one = this.imports.find((each) => each.ImportArn === asked.ImportArn);
        const shown = { ...one };
        if (one.ImportStatus === 'IN_PROGRESS') Object.assign(one, { ImportStatus: 'FAILED', EndTime: now, ProcessedItemCount: 200, ImportedItemCount: 180, ErrorCount: 20, FailureCode: 'ItemValidationError', FailureMessage: 'Some of the items failed validation checks.', CloudWatchLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws-dynamodb/imports' });
        return { ImportTableDescription: shown };
      }
    }
  }

  /** A restored table is made for a while: it is active when it is asked for the second time. */
  private described(name: string) {
    const { description } = this.known(name);
    const now = { ...description };
    if (description.TableStatus === 'CREATING') description.TableStatus = 'ACTIVE';
    return now;
  }
}

/** One page of a list, and the token of the next. */
function page(all: any[], token: string | undefined, size = 25, name: string) {
  const from = Number(token?.replace('after-', '') ?? 0);
  return { [name]: all.slice(from, from + size), NextToken: from + size < all.length ? `after-${from + size}` : undefined };
}

function refusal({ type, message }: Refusal) {
  return { status: 400, answer: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message } };
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
