import type { Locator, Page } from '@playwright/test';
import { Aws } from '../support/aws';
import { Dynadesk, expect, sound, test as base } from '../support/test';

/** A server whose only connection is a stand-in for AWS, and a table `notes` there. */
const test = base.extend<{ aws: Aws; more: string }>({
  more: ['', { option: true }],
  aws: async ({}, use) => {
    const aws = await Aws.start();
    await use(aws);
    await aws.stop();
  },
  desk: async ({ aws, more }, use) => {
    const desk = await Dynadesk.start({ config: aws.config(more) });
    await desk.unlockProduction();
    await use(desk);
    await desk.dispose();
  },
});

const SETTINGS = '/c/aws/tables/notes/settings';
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const underWay = (page: Page) => page.getByRole('region', { name: 'Under way' });
const changes = (form: Locator) => form.getByRole('list', { name: 'What changes' });

/** What the form shows as its only request. */
async function shown(form: Locator, operation = 'UpdateTable') {
  await form.getByText('The exact request').click();
  return JSON.parse(await form.getByRole('region', { name: `${operation} request` }).innerText());
}

async function open(page: Page, setting: string, button: string, form = button): Promise<Locator> {
  await card(page, setting).getByRole('button', { name: button }).click();
  return page.getByRole('form', { name: form });
}

/** The change was sent as it was shown, and is followed while DynamoDB carries it out. */
async function follow(page: Page, aws: Aws, title: string) {
  await expect(underWay(page)).toContainText('UPDATING');
  aws.table('notes').settle();
  await expect(page.getByText(`${title}: the change is in effect`)).toBeVisible();
  await expect(underWay(page)).toHaveCount(0);
}

test('warm throughput of a table and an index is raised, never lowered, and followed', async ({ aws, page }) => {
  await page.goto(SETTINGS);
  const warm = card(page, 'Warm throughput');
  await expect(warm.getByText('12,000 read, 4,000 write a second')).toHaveCount(2);
  await expect(warm.getByText(/can be raised and never lowered/)).toBeVisible();
  const form = await open(page, 'Warm throughput', 'Raise warm throughput');
  const table = form.getByRole('group', { name: 'Table' });
  const index = form.getByRole('group', { name: 'Index by-kind' });
  await table.getByRole('textbox', { name: 'Read units a second' }).fill('11999');
  await expect(table.getByText('warm throughput only grows: it is 12000')).toBeVisible();
  await form.getByRole('button', { name: 'Raise warm throughput' }).click();
  await sound(page);
  expect(aws.sent('UpdateTable')).toEqual([]);
  await table.getByRole('textbox', { name: 'Read units a second' }).fill('15000');
  await index.getByRole('textbox', { name: 'Write units a second' }).fill('5000');
  await expect(changes(form)).toContainText('before: 12000 read, 4000 write a second');
  await expect(changes(form)).toContainText('after: 15000 read, 4000 write a second');
  const request = await shown(form);
  expect(request).toEqual({
    TableName: 'notes',
    WarmThroughput: { ReadUnitsPerSecond: 15_000, WriteUnitsPerSecond: 4_000 },
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'by-kind', WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 5_000 } } }],
  });
  await form.getByRole('button', { name: 'Raise warm throughput' }).click();
  await expect(underWay(page)).toContainText('Warm throughput of by-kind: UPDATING');
  await sound(page);
  await follow(page, aws, 'Warm throughput');
  expect(aws.sent('UpdateTable')).toEqual([request]);
  await expect(warm.getByText('15,000 read, 4,000 write a second')).toBeVisible();
  await expect(warm.getByText('12,000 read, 5,000 write a second')).toBeVisible();
});

test('the key is changed to one of KMS, to another, and back', async ({ aws, page }) => {
  await page.goto(SETTINGS);
  const encryption = card(page, 'Encryption at rest');
  await expect(encryption.getByText('A key that AWS owns', { exact: true })).toBeVisible();
  let form = await open(page, 'Encryption at rest', 'Change key');
  await form.getByRole('combobox', { name: 'Encryption key' }).selectOption('A KMS key of your own');
  await form.getByRole('button', { name: 'Change key' }).click();
  await expect(form.getByText(/name the KMS key: its id, its ARN/)).toBeVisible();
  await form.getByRole('textbox', { name: 'KMS key' }).fill('alias/orders');
  await expect(changes(form)).toContainText('after: The KMS key alias/orders');
  await expect(form.getByText('If this key is disabled or deleted, the table cannot be read any more.')).toBeVisible();
  const request = await shown(form);
  expect(request).toEqual({ TableName: 'notes', SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/orders' } });
  await sound(page);
  await form.getByRole('button', { name: 'Change key' }).click();
  await expect(underWay(page)).toContainText('Encryption: UPDATING');
  await follow(page, aws, 'Encryption');
  await expect(encryption.getByText('arn:aws:kms:us-east-1:111122223333:key/of-orders')).toBeVisible();

  // A key instead of a key: only when the description names another one is it in effect.
  form = await open(page, 'Encryption at rest', 'Change key');
  await form.getByRole('textbox', { name: 'KMS key' }).fill('alias/other');
  await form.getByRole('button', { name: 'Change key' }).click();
  await expect(underWay(page)).toContainText('Encryption: UPDATING');
  aws.table('notes').settle();
  await expect(encryption.getByText('key/of-other')).toBeVisible();
  await expect(underWay(page)).toHaveCount(0);

  form = await open(page, 'Encryption at rest', 'Change key');
  await form.getByRole('combobox', { name: 'Encryption key' }).selectOption('A key that AWS owns');
  await form.getByRole('button', { name: 'Change key' }).click();
  await expect(underWay(page)).toContainText('Encryption: UPDATING');
  aws.table('notes').settle();
  await expect(encryption.getByText('A key that AWS owns', { exact: true })).toBeVisible();
  expect(aws.sent('UpdateTable').map((sent) => sent.SSESpecification)).toEqual([
    request.SSESpecification,
    { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/other' },
    { Enabled: false },
  ]);
});

test('a table whose key cannot be used says so, and is not asked about again and again', async ({ aws, page }) => {
  aws.table('notes').description.TableStatus = 'INACCESSIBLE_ENCRYPTION_CREDENTIALS';
  await page.goto(SETTINGS);
  await expect(page.getByText(/KMS key cannot be used, so the table cannot be read or written/)).toBeVisible();
  await expect(underWay(page)).toHaveCount(0);
  await sound(page);
});

test('a policy is put, checked, overtaken and removed by the name of the table', async ({ aws, page }) => {
  await page.goto(SETTINGS);
  const policy = card(page, 'Resource policy');
  await expect(policy.getByText("None: only the account's own permissions count.")).toBeVisible();
  let form = await open(page, 'Resource policy', 'Edit policy', 'Save policy');
  const save = () => form.getByRole('button', { name: 'Save policy' }).click();
  const text = form.getByRole('textbox', { name: 'Policy' });
  await text.fill('{"Version": "2012-10-17",\n "Statement": [{"Effect": "Maybe"}]}');
  await expect(form.getByText(/line 2, column \d+: /)).toBeVisible();
  await text.fill('');
  await form.getByRole('button', { name: 'Begin with an example' }).click();
  await expect(text).toHaveValue(/arn:aws:iam::111122223333:role\/reader/);
  const written = await text.inputValue();
  expect(await shown(form, 'PutResourcePolicy')).toEqual({
    ResourceArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/notes',
    Policy: written,
    ExpectedRevisionId: 'NO_POLICY',
  });
  await sound(page);
  await save();
  await expect(page.getByText('Resource policy: the change is in effect')).toBeVisible();
  expect(aws.table('notes').policy?.text).toBe(written);
  await expect(policy.getByRole('region', { name: 'Resource policy as it is' })).toContainText('role/reader');

  // Somebody else puts another one while the form is open.
  form = await open(page, 'Resource policy', 'Edit policy', 'Save policy');
  await form.getByRole('textbox', { name: 'Policy' }).fill(written.replace('reader', 'mine'));
  aws.table('notes').policy = { text: written.replace('reader', 'theirs'), revision: 7 };
  await save();
  await expect(form.getByText(/nothing was changed/)).toBeVisible();
  expect(aws.table('notes').policy?.text).toContain('role/theirs');
  await form.getByRole('button', { name: 'Begin again on what it is now' }).first().click();
  await expect(form.getByRole('textbox', { name: 'Policy' })).toHaveValue(/role\/theirs/);
  await form.getByRole('button', { name: 'Cancel' }).click();

  await policy.getByRole('button', { name: 'Remove policy' }).click();
  form = page.getByRole('form', { name: 'Remove policy' });
  expect(await shown(form, 'DeleteResourcePolicy')).toMatchObject({ ExpectedRevisionId: '7' });
  await expect(form.getByRole('button', { name: 'Remove policy' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Type notes to confirm' }).fill('notes');
  await form.getByRole('button', { name: 'Remove policy' }).click();
  await expect(policy.getByText("None: only the account's own permissions count.")).toBeVisible();
});

test('the filling of an index is seen rising, survives a reload, and ends; so does its removal', async ({ aws, page }) => {
  await page.goto(SETTINGS);
  const indexes = card(page, 'Indexes');
  let form = await open(page, 'Indexes', 'Add index');
  await form.getByRole('textbox', { name: 'Index name' }).fill('by-place');
  await form.getByLabel('Partition key', { exact: true }).and(form.locator('input')).fill('country');
  await form.getByRole('button', { name: 'Add partition key attribute' }).click();
  await form.getByLabel('Partition key, attribute 2', { exact: true }).fill('city');
  await form.getByLabel('Sort key', { exact: true }).and(form.locator('input')).fill('at');
  await form.getByRole('combobox', { name: 'Sort key type' }).selectOption('Number');
  await form.getByRole('textbox', { name: 'Read capacity units' }).fill('7');
  const request = await shown(form);
  expect(request.GlobalSecondaryIndexUpdates).toEqual([
    {
      Create: {
        IndexName: 'by-place',
        KeySchema: [
          { AttributeName: 'country', KeyType: 'HASH' },
          { AttributeName: 'city', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 5 },
      },
    },
  ]);
  await form.getByRole('button', { name: 'Add index' }).click();
  const progress = underWay(page).getByRole('progressbar', { name: /^by-place/ });
  await expect(progress).toHaveAccessibleName('by-place: room is being made for it');
  expect(aws.sent('UpdateTable')).toEqual([request]);
  // DynamoDB carries out one change at a time, which the form of another says.
  form = await open(page, 'Deletion protection', 'Turn on protection');
  await form.getByRole('button', { name: 'Turn on protection' }).click();
  await expect(form.getByText(/by-place is CREATING: DynamoDB carries out one change at a time/)).toBeVisible();
  await form.getByRole('button', { name: 'Cancel' }).click();

  const table = aws.table('notes');
  table.step();
  await expect(progress).toHaveAccessibleName('by-place: being filled with the items of the table, ≈ 2,000,000');
  await expect(progress).not.toHaveAttribute('aria-valuenow');
  table.step();
  await expect(progress).toHaveAccessibleName('by-place: being filled, ≈ 500,000 of ≈ 2,000,000 items');
  await expect(progress).toHaveAttribute('aria-valuenow', '25');
  await sound(page);
  await page.reload();
  await expect(progress).toHaveAttribute('aria-valuenow', '25');
  table.step();
  await expect(progress).toHaveAttribute('aria-valuenow', '75');
  await expect(indexes.getByRole('row', { name: /by-place/ })).toContainText('CREATING');
  table.settle();
  await expect(underWay(page)).toHaveCount(0);
  await expect(indexes.getByRole('row', { name: /by-place/ })).toContainText('country (S) + city (S), sorted by at (N)');
  await expect(indexes.getByRole('row', { name: /by-place/ })).not.toContainText('CREATING');

  await indexes.getByRole('button', { name: 'Remove by-place' }).click();
  form = page.getByRole('form', { name: 'Remove index' });
  await form.getByRole('textbox', { name: 'Type by-place to confirm' }).fill('by-place');
  await form.getByRole('button', { name: 'Remove index' }).click();
  await expect(underWay(page)).toContainText('by-place: being removed');
  table.settle();
  await expect(page.getByText('Removal of by-place: the change is in effect')).toBeVisible();
  await expect(indexes.getByRole('row', { name: /by-place/ })).toHaveCount(0);
  expect(aws.sent('UpdateTable')[1]).toEqual({ TableName: 'notes', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-place' } }] });
});

test('an index that is being filled is given up', async ({ aws, page }) => {
  aws.table('notes').update({
    GlobalSecondaryIndexUpdates: [{ Create: { IndexName: 'by-at', KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } } }],
    AttributeDefinitions: [{ AttributeName: 'at', AttributeType: 'N' }],
  });
  aws.table('notes').step();
  await page.goto(SETTINGS);
  const indexes = card(page, 'Indexes');
  await expect(underWay(page)).toContainText('by-at: being filled');
  await indexes.getByRole('button', { name: 'Remove by-at' }).click();
  const form = page.getByRole('form', { name: 'Remove index' });
  await expect(form.getByText('It is still being filled: removing it gives its creation up.')).toBeVisible();
  await form.getByRole('textbox', { name: 'Type by-at to confirm' }).fill('by-at');
  await form.getByRole('button', { name: 'Remove index' }).click();
  await expect(underWay(page)).toContainText('by-at: being removed');
  aws.table('notes').settle();
  await expect(indexes.getByRole('row', { name: /by-at/ })).toHaveCount(0);
});

test('capacity, maximums, class and stream are changed as they are shown, and what AWS refuses is told', async ({ aws, page }) => {
  await page.goto(SETTINGS);
  const capacity = card(page, 'Capacity');
  let form = await open(page, 'Capacity', 'Change capacity');
  await form.getByRole('group', { name: 'Index by-kind' }).getByRole('textbox', { name: 'Write capacity units' }).fill('3');
  let request = await shown(form);
  expect(request).toEqual({
    TableName: 'notes',
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'by-kind', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 3 } } }],
  });
  await form.getByRole('button', { name: 'Change capacity' }).click();
  await expect(underWay(page)).toContainText('by-kind: UPDATING');
  await follow(page, aws, 'Capacity');
  await expect(capacity.getByText('Today (UTC): 1 decrease of by-kind.')).toBeVisible();

  form = await open(page, 'Capacity', 'Change capacity');
  await form.getByRole('radio', { name: 'On demand' }).check();
  await form.getByRole('button', { name: 'Change capacity' }).click();
  await expect(underWay(page)).toContainText('UPDATING');
  aws.table('notes').settle();
  await expect(capacity.getByText(/Last switched to on demand at .* UTC/)).toBeVisible();

  form = await open(page, 'On-demand maximum', 'Change maximum');
  await form.getByRole('group', { name: 'Table' }).getByRole('textbox', { name: 'Read request units' }).fill('400');
  request = await shown(form);
  expect(request).toEqual({ TableName: 'notes', OnDemandThroughput: { MaxReadRequestUnits: 400 } });
  await form.getByRole('button', { name: 'Change maximum' }).click();
  await follow(page, aws, 'On-demand maximum');
  form = await open(page, 'On-demand maximum', 'Change maximum');
  await form.getByRole('group', { name: 'Table' }).getByRole('textbox', { name: 'Read request units' }).fill('');
  expect(await shown(form)).toEqual({ TableName: 'notes', OnDemandThroughput: { MaxReadRequestUnits: -1 } });
  await form.getByRole('button', { name: 'Cancel' }).click();

  const refusal = 'Subscriber limit exceeded: a table class can be changed only twice in 30 days';
  aws.refuse('UpdateTable', 'LimitExceededException', refusal);
  form = await open(page, 'Table class', 'Change class');
  await form.getByRole('combobox', { name: 'Table class' }).selectOption('Standard, infrequent access');
  await form.getByRole('button', { name: 'Change class' }).click();
  await expect(form.getByText(refusal)).toBeVisible();
  await sound(page);
  aws.allow('UpdateTable');
  await form.getByRole('button', { name: 'Change class' }).click();
  await follow(page, aws, 'Table class');
  await expect(card(page, 'Table class').getByText(/Last changed/)).toBeVisible();
});

test.describe('on a phone, in production', () => {
  test.use({ viewport: { width: 390, height: 844 }, more: 'production = true\n' });

  test('each change asks for the name of the table', async ({ aws, page }) => {
    await page.goto(SETTINGS);
    const form = await open(page, 'Deletion protection', 'Turn on protection');
    await expect(form.getByRole('button', { name: 'Turn on protection' })).toBeDisabled();
    await form.getByRole('textbox', { name: 'This is production: type notes to confirm' }).fill('notes');
    await sound(page);
    await form.getByRole('button', { name: 'Turn on protection' }).click();
    await follow(page, aws, 'Deletion protection');
    await expect(card(page, 'Deletion protection').getByText('No', { exact: true })).toBeVisible();
  });
});

test.describe('read-only', () => {
  test.use({ more: 'read_only = true\n' });

  test('everything is seen, nothing can be changed, and each button says why', async ({ page }) => {
    await page.goto(SETTINGS);
    await expect(page.getByText(/its settings can be seen and not changed/)).toBeVisible();
    for (const button of ['Change capacity', 'Raise warm throughput', 'Add index', 'Remove by-kind', 'Change key', 'Edit policy', 'Edit tags']) {
      const press = page.getByRole('button', { name: button });
      await expect(press).toBeDisabled();
      await expect(press).toHaveAccessibleDescription(/read-only/i);
    }
    await sound(page);
  });
});
