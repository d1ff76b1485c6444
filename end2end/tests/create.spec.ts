import { CONNECTION, expect, sound, test } from '../support/test';

test('a table is created in a form that checks each field and shows the exact request', async ({ desk, page }) => {
  await page.goto(`/c/${CONNECTION}/tables/+new`);
  await sound(page);
  const name = page.getByRole('textbox', { name: 'Table name' });
  await name.fill('a!');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Create table' }).click();
  // Nothing was sent, and the first field at fault has the focus.
  await expect(name).toBeFocused();
  await expect(page.getByText('The table cannot be created yet:')).toBeVisible();
  await sound(page);
  expect((await desk.api('GET', `/api/c/${CONNECTION}/tables`)).names).toEqual([]);
  await name.fill('orders.v2');
  await expect(name).not.toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('customer');
  await page.getByRole('combobox', { name: 'Partition key type' }).selectOption('Number');
  await page.getByRole('textbox', { name: 'Sort key' }).fill('at');
  await page.getByRole('switch', { name: 'Deletion protection' }).or(page.getByRole('checkbox', { name: 'Deletion protection' })).click();
  const request = page.getByRole('region', { name: 'CreateTable request' });
  await expect(async () =>
    expect(JSON.parse(await request.innerText())).toMatchObject({
      TableName: 'orders.v2',
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    }),
  ).toPass();
  await expect(page.getByRole('region', { name: 'AWS command' })).toContainText('aws dynamodb create-table');
  await page.getByRole('button', { name: 'Create table' }).click();
  await expect(page.getByRole('heading', { name: 'orders.v2', level: 1 })).toBeVisible();
  const table = await desk.api('GET', `/api/c/${CONNECTION}/tables/orders.v2`);
  expect(table).toMatchObject({ status: 'ACTIVE', deletion_protection: true, key: { partition: [{ name: 'customer', type: 'N' }], sort: [{ name: 'at', type: 'S' }] } });
  await sound(page);
  // The same name again: the engine refuses, and the form stays as it was.
  await page.goto(`/c/${CONNECTION}/tables/+new`);
  await name.fill('orders.v2');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
  await page.getByRole('button', { name: 'Create table' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'The table was not created' })).toBeVisible();
  await expect(name).toHaveValue('orders.v2');
});

test('a preset fills the form, and pasted JSON too', async ({ desk, page }) => {
  await page.goto(`/c/${CONNECTION}/tables/+new`);
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'Cruddur messages with its index' }).click();
  await expect(page.getByRole('textbox', { name: 'Table name' })).toHaveValue('cruddur-messages');
  await expect(page.getByRole('textbox', { name: 'Index name' })).toHaveValue('message-group-sk-index');
  await sound(page);
  await page.getByRole('button', { name: 'Paste JSON' }).click();
  const dialog = page.getByRole('dialog', { name: 'Paste a table' });
  await dialog.getByRole('textbox', { name: 'JSON' }).fill('{"TableName": ');
  await expect(dialog.getByRole('button', { name: /^Use / })).toHaveCount(0);
  await dialog.getByRole('textbox', { name: 'JSON' }).fill(
    JSON.stringify({
      TableName: 'pasted',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
    }),
  );
  await sound(page);
  await dialog.getByRole('button', { name: 'Use pasted' }).click();
  await page.getByRole('button', { name: 'Create table' }).click();
  await expect(page.getByRole('heading', { name: 'pasted', level: 1 })).toBeVisible();
  expect(await desk.api('GET', `/api/c/${CONNECTION}/tables/pasted`)).toMatchObject({
    billing_mode: 'PROVISIONED',
    throughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
    key: { partition: [{ name: 'id', type: 'B' }] },
  });
});
