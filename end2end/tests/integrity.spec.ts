import { CONNECTION, type Dynadesk, accessible, expect, sound } from '../support/test';
import { test } from '../support/users';

const ADA = '11111111-1111-4111-8111-111111111111';
const BO = '22222222-2222-4222-8222-222222222222';
const NEW = '44444444-4444-4444-8444-444444444444';
const TABLE = 'cruddur-messages';
const HOSTILE = `Ada "😀" <img src=x onerror=alert(1)>`;

test.use({
  people: {
    rows: [
      { uuid: ADA, handle: 'ada', name: HOSTILE },
      { uuid: BO, handle: 'bo', name: 'Bo' },
      { handle: 'twice' },
      { handle: 'twice' },
    ],
    pool: [
      { sub: 'sub-ada', handle: 'ada' },
      { sub: 'sub-only', handle: 'only' },
      { sub: 'sub-pair-1', handle: 'pair' },
      { sub: 'sub-pair-2', handle: 'pair' },
    ],
    file: ['one', 'two'].map((uuid) => ({ uuid, display_name: `File ${uuid}`, handle: 'filed' })),
  },
});

/** Rows with a name that is out of date, with a user of Cognito alone, and with nobody at all. */
async function table(desk: Dynadesk) {
  await desk.api('POST', `/api/c/${CONNECTION}/tables`, {
    request: {
      TableName: TABLE,
      AttributeDefinitions: ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  });
  const user = (uuid: string, name: string, handle: string) => ({ user_uuid: uuid, user_display_name: name, user_handle: handle });
  const items = [
    { pk: `GRP#${BO}`, sk: '2023-03-24T09:45:01', message_group_uuid: 'g', message: 'hi', ...user(ADA, 'Ada', 'ada') },
    { pk: `GRP#${ADA}`, sk: '2023-03-24T09:45:01', message_group_uuid: 'g', message: 'hi', ...user(BO, 'Bo', 'bo') },
    { pk: 'MSG#g', sk: '2023-03-24T09:45:01', message_uuid: 'm1', message: 'hi', ...user(ADA, 'Ada', 'ada') },
    { pk: 'MSG#g', sk: '2023-03-24T09:45:02', message_uuid: 'm2', message: 'boo', ...user('ghost', 'Ghost', 'ghost') },
    { pk: 'MSG#g', sk: '2023-03-24T09:45:03', message_uuid: 'm3', message: 'ho', ...user('33333333-3333-4333-8333-333333333333', 'Only', 'only') },
  ];
  const job = await desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/seed`, { source: { items: { text: JSON.stringify(items) } } });
  await desk.jobEnd(job.id);
}

test('a table is checked, its names are refreshed and put back', async ({ desk, page }) => {
  await table(desk);
  await page.goto('/users');
  await page.getByRole('link', { name: 'Integrity' }).click();
  const same = page.getByRole('region', { name: 'One handle, several users' });
  const sharing = (source: string) => same.getByRole('table', { name: `Users with one handle in ${source}` }).getByRole('row');
  await expect(sharing('PostgreSQL')).toHaveCount(3);
  await expect(sharing('the users file')).toHaveCount(3);
  await expect(sharing('the users file').nth(1)).toContainText('File one');
  await page.getByRole('button', { name: 'Check the table' }).click();
  await expect(page.getByText('5 items read, 5 rows that name users among them, all of them')).toBeVisible();
  const nowhere = page.getByRole('region', { name: 'On neither side', exact: true });
  await expect(nowhere.getByRole('row').nth(1)).toContainText('Ghost (@ghost)');
  await expect(page.getByRole('region', { name: 'Only in Cognito', exact: true }).getByRole('row').nth(1)).toContainText('Only (@only)');
  const names = page.getByRole('region', { name: 'Names out of date', exact: true });
  await expect(names.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(names).toContainText(HOSTILE);
  // The check has read the pool.
  await expect(sharing('Cognito')).toHaveCount(3);
  await expect(sharing('Cognito').nth(2)).toContainText('sub-pair-2');
  await accessible(page);

  await names.getByRole('checkbox', { name: 'Refresh the name of ada' }).uncheck();
  await expect(names.getByRole('button', { name: 'Review 0 names' })).toBeDisabled();
  await names.getByRole('checkbox', { name: 'Refresh the name of ada' }).check();
  await names.getByRole('button', { name: 'Review 1 name' }).click();
  const dialog = page.getByRole('dialog', { name: 'Refresh these names?' });
  await expect(dialog).toContainText('2 rows of cruddur-messages on local');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Refresh' }).click();
  await expect(names.getByText('Refresh the name of 1 user in cruddur-messages')).toBeVisible();
  const way = names.getByRole('link', { name: 'What was written, and the way back, in the history' });
  await expect(way).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(names).toContainText('Every row has the name that PostgreSQL has.');

  await way.click();
  await expect(page).toHaveURL(/history/);
  const panel = page.getByRole('complementary', { name: /2 items/ });
  await panel.getByRole('button', { name: 'Undo all' }).click();
  await page.getByRole('dialog', { name: /Undo all of this/ }).getByRole('button', { name: 'Undo all' }).click();
  await expect.poll(async () => (await desk.items(TABLE)).filter((item) => item.user_display_name?.S === 'Ada').length).toBe(2);
  await page.goto('/users/integrity');
  await page.getByRole('button', { name: 'Check the table' }).click();
  await expect(names.getByRole('table').getByRole('row')).toHaveCount(2);
});

test('users of the pool with one handle are found once somebody has read it', async ({ page }) => {
  await page.goto('/users/integrity');
  const same = page.getByRole('region', { name: 'One handle, several users' });
  await expect(same).toContainText('The user pool was not read yet');
  await same.getByRole('button', { name: 'Read the pool' }).click();
  const pair = same.getByRole('table', { name: 'Users with one handle in Cognito' }).getByRole('row').filter({ hasText: 'pair' });
  await expect(pair).toHaveCount(2);
  await sound(page);
});

test('names come from PostgreSQL in the plan of a seed, and a person is found by handle', async ({ desk, page }) => {
  await desk.cruddurTable();
  await page.goto(`/c/${CONNECTION}/tables/${TABLE}/seed`);
  await page.getByRole('radio', { name: /^A conversation/ }).check();
  const people = page.getByRole('group', { name: 'Person 1' });
  await people.getByRole('textbox', { name: 'Handle' }).fill('nobody');
  await people.getByRole('button', { name: 'Find by handle' }).click();
  await expect(people.getByRole('alert')).toContainText('Nobody in PostgreSQL has the handle nobody');
  await people.getByRole('textbox', { name: 'Handle' }).fill('ada');
  await people.getByRole('button', { name: 'Find by handle' }).click();
  await expect(people.getByRole('textbox', { name: 'Uuid' })).toHaveValue(ADA);
  await expect(people.getByRole('textbox', { name: 'Display name' })).toHaveValue(HOSTILE);
  await sound(page);
});

test('names come from PostgreSQL in the records of a stream, and the rows do while it is down', async ({ desk, page, world }) => {
  await table(desk);
  await page.goto(`/c/${CONNECTION}/tables/${TABLE}/stream?from=start`);
  const records = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
  await expect(records.filter({ hasText: `from ${HOSTILE} (@ada)` })).toHaveCount(1);
  await expect(records.filter({ hasText: `of Bo (@bo) with ${HOSTILE} (@ada)` })).toHaveCount(1);
  await expect(records.filter({ hasText: 'from Ghost (@ghost)' })).toHaveCount(1);
  await world.postgres.stop();
  const late = { pk: 'MSG#g', sk: '2023-03-24T09:45:04', message: 'late', user_uuid: NEW, user_display_name: 'Late', user_handle: 'late' };
  const job = await desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/seed`, { source: { items: { text: JSON.stringify([late]) } } });
  await desk.jobEnd(job.id);
  await expect(records.filter({ hasText: 'from Late (@late)' })).toHaveCount(1);
  await expect(page.getByText(/PostgreSQL at .* does not answer/)).toBeVisible();
  await sound(page);
});

test.describe('in production', () => {
  test.use({ production: true });

  test('names are refreshed only by the name of the table', async ({ desk, page }) => {
    await table(desk);
    await page.goto('/users/integrity');
    await page.getByRole('button', { name: 'Check the table' }).click();
    await page.getByRole('button', { name: 'Review 1 name' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refresh these names?' });
    await expect(dialog.getByRole('button', { name: 'Refresh' })).toBeDisabled();
    await dialog.getByRole('textbox', { name: `Type ${TABLE} to confirm` }).fill(TABLE);
    await dialog.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText('Refresh the name of 1 user in cruddur-messages')).toBeVisible();
  });
});
