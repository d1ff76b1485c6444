/** What DynamoDB answers instead, with the name and words that its documentation gives. */
export class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

const ACCOUNT = 'arn:aws:dynamodb:us-east-1:111122223333';
const units = (read: number, write: number) => ({ ReadCapacityUnits: read, WriteCapacityUnits: write });
const warm = (read: number, write: number, Status: string) => ({ ReadUnitsPerSecond: read, WriteUnitsPerSecond: write, Status });
const seconds = () => Math.floor(Date.now() / 1000);

/**
 * A table as AWS describes it. UpdateTable is taken at once and carried out slowly, as documented: in
 * steps, each made when the test says so, which can look at what is in between.
 */
export class AwsTable {
  /** What DescribeTable answers. */
  readonly description: any;
  readonly tags = new Map<string, string>();
  policy?: { text: string; revision: number };
  /** What a Scan answers. */
  items: any[] = [];
  private ttl: any = { TimeToLiveStatus: 'DISABLED' };
  private steps: (() => void)[] = [];

  constructor(name: string) {
    this.description = {
      TableName: name,
      TableStatus: 'ACTIVE',
      TableArn: `${ACCOUNT}:table/${name}`,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'kind', AttributeType: 'S' }],
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: { ...units(20, 10), NumberOfDecreasesToday: 0 },
      WarmThroughput: warm(12_000, 4_000, 'ACTIVE'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          IndexStatus: 'ACTIVE',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
          ProvisionedThroughput: { ...units(5, 5), NumberOfDecreasesToday: 0 },
          WarmThroughput: warm(12_000, 4_000, 'ACTIVE'),
          ItemCount: 900_000,
          IndexSizeBytes: 1_200_000_000,
        },
      ],
      ItemCount: 2_000_000,
      TableSizeBytes: 3_400_000_000,
      DeletionProtectionEnabled: false,
    };
  }

  private index(name: string) {
    return this.description.GlobalSecondaryIndexes.find((one: any) => one.IndexName === name);
  }

  /** Makes the next step of what is under way; false where there is none. */
  step(): boolean {
    const next = this.steps.shift();
    next?.();
    return next !== undefined;
  }

  /** Makes every step: what is under way is done. */
  settle() {
    while (this.step());
  }

  update(asked: any) {
    const table = this.description;
    const gone = (asked.GlobalSecondaryIndexUpdates ?? []).find((change: any) => change.Delete)?.Delete.IndexName;
    const filling = gone && this.index(gone)?.Backfilling;
    if (this.steps.length > 0 && !filling) {
      throw new Refusal('ResourceInUseException', `Attempt to change a resource which is still in use: Table is being updated: ${table.TableName}`);
    }
    const done: (() => void)[] = [];
    table.TableStatus = 'UPDATING';
    this.steps = [];
    this.whole(asked, done);
    for (const change of asked.GlobalSecondaryIndexUpdates ?? []) {
      if (change.Create) this.create(change.Create, asked.AttributeDefinitions);
      if (change.Delete) {
        this.index(gone).IndexStatus = 'DELETING';
        this.index(gone).Backfilling = undefined;
        done.push(() => (table.GlobalSecondaryIndexes = table.GlobalSecondaryIndexes.filter((one: any) => one.IndexName !== gone)));
      }
      if (change.Update) {
        const index = this.index(change.Update.IndexName);
        index.IndexStatus = 'UPDATING';
        this.throughput(index, change.Update, done);
        done.push(() => (index.IndexStatus = 'ACTIVE'));
      }
    }
    this.steps.push(() => {
      for (const one of done) one();
      table.TableStatus = 'ACTIVE';
    });
    return { TableDescription: table };
  }

  private whole(asked: any, done: (() => void)[]) {
    const table = this.description;
    this.throughput(table, asked, done);
    if (asked.BillingMode) {
      done.push(() => {
        table.BillingModeSummary = {
          BillingMode: asked.BillingMode,
          LastUpdateToPayPerRequestDateTime: asked.BillingMode === 'PAY_PER_REQUEST' ? seconds() : table.BillingModeSummary.LastUpdateToPayPerRequestDateTime,
        };
      });
    }
    if (asked.SSESpecification) {
      const { Enabled, KMSMasterKeyId } = asked.SSESpecification;
      table.SSEDescription = { ...table.SSEDescription, Status: 'UPDATING' };
      const key = KMSMasterKeyId ? `key/of-${KMSMasterKeyId.replace('alias/', '')}` : 'key/of-the-account';
      done.push(() => {
        table.SSEDescription = Enabled ? { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: `arn:aws:kms:us-east-1:111122223333:${key}` } : undefined;
      });
    }
    if (asked.TableClass) {
      done.push(() => (table.TableClassSummary = { TableClass: asked.TableClass, LastUpdateDateTime: seconds() }));
    }
    if (asked.DeletionProtectionEnabled !== undefined) table.DeletionProtectionEnabled = asked.DeletionProtectionEnabled;
    if (asked.StreamSpecification) {
      table.StreamSpecification = asked.StreamSpecification.StreamEnabled ? asked.StreamSpecification : undefined;
      table.LatestStreamArn = `${table.TableArn}/stream/2026-11-26T00:00:00.000`;
    }
  }

  /** Units, maximums and warm throughput, of the table or of an index. */
  private throughput(of: any, asked: any, done: (() => void)[]) {
    if (asked.ProvisionedThroughput) {
      const now = of.ProvisionedThroughput;
      const lower = asked.ProvisionedThroughput.ReadCapacityUnits < now.ReadCapacityUnits || asked.ProvisionedThroughput.WriteCapacityUnits < now.WriteCapacityUnits;
      done.push(() => (of.ProvisionedThroughput = { ...asked.ProvisionedThroughput, NumberOfDecreasesToday: now.NumberOfDecreasesToday + (lower ? 1 : 0) }));
    }
    if (asked.OnDemandThroughput) {
      done.push(() => (of.OnDemandThroughput = { ...of.OnDemandThroughput, ...asked.OnDemandThroughput }));
    }
    if (asked.WarmThroughput) {
      of.WarmThroughput.Status = 'UPDATING';
      done.push(() => (of.WarmThroughput = { ...asked.WarmThroughput, Status: 'ACTIVE' }));
    }
  }

  /** An index gets its room first, with the table UPDATING, and is then filled while the table is ACTIVE. */
  private create(asked: any, definitions: any[]) {
    const table = this.description;
    const index: any = { ...asked, IndexStatus: 'CREATING', Backfilling: false, ItemCount: 0, IndexSizeBytes: 0, WarmThroughput: warm(12_000, 4_000, 'CREATING') };
    index.ProvisionedThroughput = { ...(asked.ProvisionedThroughput ?? units(0, 0)), NumberOfDecreasesToday: 0 };
    table.GlobalSecondaryIndexes = [...table.GlobalSecondaryIndexes, index];
    for (const definition of definitions) {
      const known = table.AttributeDefinitions.some((one: any) => one.AttributeName === definition.AttributeName);
      if (!known) table.AttributeDefinitions.push(definition);
    }
    this.steps.push(
      () => {
        table.TableStatus = 'ACTIVE';
        index.Backfilling = true;
      },
      () => (index.ItemCount = 500_000),
      () => (index.ItemCount = 1_500_000),
      () => {
        Object.assign(index, { IndexStatus: 'ACTIVE', Backfilling: undefined, ItemCount: 2_000_000 });
        index.WarmThroughput.Status = 'ACTIVE';
      },
    );
  }

  /** Time to live is switched within an hour, and only then switched again. */
  expiry(operation: string, asked: any): any {
    if (operation === 'DescribeTimeToLive') return { TimeToLiveDescription: this.ttl };
    const wanted = asked.TimeToLiveSpecification;
    const [first, then] = wanted.Enabled ? ['ENABLING', 'ENABLED'] : ['DISABLING', 'DISABLED'];
    this.ttl = { TimeToLiveStatus: first, AttributeName: wanted.AttributeName };
    this.steps.push(() => (this.ttl = wanted.Enabled ? { TimeToLiveStatus: then, AttributeName: wanted.AttributeName } : { TimeToLiveStatus: then }));
    return { TimeToLiveSpecification: wanted };
  }

  /** Policies and tags are kept beside the table, and have no steps. */
  beside(operation: string, asked: any): any {
    switch (operation) {
      case 'ListTagsOfResource':
        return { Tags: [...this.tags].map(([Key, Value]) => ({ Key, Value })) };
      case 'TagResource':
        for (const { Key, Value } of asked.Tags) this.tags.set(Key, Value);
        return {};
      case 'UntagResource':
        for (const key of asked.TagKeys) this.tags.delete(key);
        return {};
      case 'GetResourcePolicy':
        if (!this.policy) throw new Refusal('PolicyNotFoundException', 'Resource-based policy not found for the provided ResourceArn');
        return { Policy: this.policy.text, RevisionId: String(this.policy.revision) };
      case 'PutResourcePolicy':
      case 'DeleteResourcePolicy': {
        const expected = this.policy ? String(this.policy.revision) : 'NO_POLICY';
        if (asked.ExpectedRevisionId && asked.ExpectedRevisionId !== expected) {
          throw new Refusal('PolicyNotFoundException', 'The provided revision ID does not match the latest revision');
        }
        const revision = (this.policy?.revision ?? 1_709_841_168_698) + 1;
        this.policy = operation === 'PutResourcePolicy' ? { text: asked.Policy, revision } : undefined;
        return { RevisionId: String(revision) };
      }
    }
  }
}
