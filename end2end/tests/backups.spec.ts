import { Aws } from '../support/aws';
import { CONNECTION, Dynadesk, expect, sound, test } from '../support/test';

test('what the embedded engine lacks is visible, disabled and says why', async ({ desk, page }) => {
  await desk.createTable('notes');
  await page.goto(`/c/${CONNECTION}/tables/notes/backups`);
  for (const [name, why] of [
    ['Save recovery', /has no point-in-time recovery/],
    ['Create backup', /has no backups/],
    ['Start export', /reaches no S3/],
    ['Start import', /reaches no S3/],
    ['Restore', /has no point-in-time recovery/],
  ] as const) {
    const button = page.getByRole('button', { name: new RegExp(`^${name}`) });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(why);
  }
  await sound(page);
});

test('recovery, backups, restores, exports and imports are followed to their end', async ({ page }) => {
  const aws = await Aws.start();
  const desk = await Dynadesk.start({ config: aws.config() });
  try {
    await page.goto(`${desk.url}/c/aws/tables/notes/backups`);
    const recovery = page.getByRole('region', { name: 'Point-in-time recovery' });
    await expect(page.getByRole('button', { name: /^Start export/ })).toHaveAccessibleDescription(/turn that on first/);
    await recovery.getByLabel('Keep every second of the table').check();
    const days = recovery.getByLabel('Recovery period, in days');
    await days.fill('36');
    await recovery.getByRole('button', { name: /^Save recovery/ }).click();
    await expect(recovery.getByText('the recovery period is 1 to 35 days')).toBeVisible();
    expect(aws.sent('UpdateContinuousBackups')).toEqual([]);
    await days.fill('14');
    await recovery.getByRole('button', { name: /^Save recovery/ }).click();
    await expect(recovery.getByText('On, 14 days back')).toBeVisible();
    expect(aws.sent('UpdateContinuousBackups')).toEqual([
      { TableName: 'notes', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 } },
    ]);

    const backups = page.getByRole('region', { name: 'On-demand backups' });
    await backups.getByLabel('Name of a new backup').fill('before-it');
    await backups.getByRole('button', { name: /^Create backup/ }).click();
    const row = backups.getByRole('row', { name: /before-it/ });
    await expect(row).toContainText('AVAILABLE');

    const restore = page.getByRole('region', { name: 'Restore into a new table' });
    await restore.getByRole('radio', { name: 'A time' }).check({ force: true });
    await restore.getByLabel('Time, in UTC').fill('2001-01-01 00:00:00');
    await restore.getByLabel('Name of the new table').fill('notes-then');
    await restore.getByRole('button', { name: /^Restore/ }).click();
    await expect(restore.getByText(/the earliest restorable time is/)).toBeVisible();
    expect(aws.sent('RestoreTableToPointInTime')).toEqual([]);
    await row.getByRole('button', { name: 'Restore' }).click();
    await restore.getByRole('button', { name: /^Restore/ }).click();
    await expect(restore.getByRole('status').filter({ hasText: 'notes-then' })).toContainText('ACTIVE');
    expect(aws.sent('RestoreTableFromBackup')[0].TargetTableName).toBe('notes-then');

    const out = page.getByRole('region', { name: 'Export to S3' });
    await out.getByLabel('Bucket').fill('my-exports');
    await out.getByRole('button', { name: /^Start export/ }).click();
    await expect(out.getByRole('listitem')).toContainText('COMPLETED');
    await expect(out.getByRole('listitem')).toContainText('1,234 items');

    const into = page.getByRole('region', { name: 'Import from S3 into a new table' });
    await into.getByLabel('Source bucket').fill('my-imports');
    await into.getByLabel('Input format').selectOption('CSV');
    await into.getByLabel('Table to make').fill('imported');
    await into.getByLabel('Partition key attribute').fill('pk');
    await into.getByRole('button', { name: /^Start import/ }).click();
    await expect(into.getByRole('listitem')).toContainText('FAILED');
    await expect(into.getByRole('listitem')).toContainText('Some of the items failed validation checks.');
    await expect(into.getByRole('listitem')).toContainText('180 of 200 items imported');
    expect(aws.sent('ImportTable')[0].InputFormatOptions).toEqual({ Csv: { Delimiter: ',' } });
    await sound(page);

    await row.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete the backup before-it?' });
    await expect(dialog.getByRole('button', { name: 'Delete backup' })).toBeDisabled();
    await dialog.getByRole('textbox').fill('before-it');
    await dialog.getByRole('button', { name: 'Delete backup' }).click();
    await expect(backups.getByText('There are no backups of this table.')).toBeVisible();
  } finally {
    await desk.dispose();
    await aws.stop();
  }
});

test('long lists are read page by page, by keyboard, and each request is shown', async ({ page }) => {
  const aws = await Aws.start();
  aws.fill(130);
  const desk = await Dynadesk.start({ config: aws.config() });
  try {
    await page.goto(`${desk.url}/c/aws/tables/notes/backups`);
    const backups = page.getByRole('region', { name: 'On-demand backups' });
    const rows = backups.getByRole('row', { name: /nightly-/ });
    await expect(rows).toHaveCount(100);
    await expect(backups.getByText('100 backups shown')).toBeVisible();
    const more = backups.getByRole('button', { name: 'Show more backups' });
    await more.focus();
    await page.keyboard.press('Enter');
    await expect(rows).toHaveCount(130);
    // The newest comes first, whatever the page that it was on; the last page has no next one.
    await expect(rows.first()).toContainText('nightly-129');
    await expect(more).toHaveCount(0);

    const out = page.getByRole('region', { name: 'Export to S3' });
    const exports = out.getByRole('list', { name: 'Exports of this table' }).getByRole('listitem');
    const nextExports = out.getByRole('button', { name: 'Show more exports' });
    await expect(exports).toHaveCount(25);
    await nextExports.focus();
    await page.keyboard.press('Enter');
    await expect(exports).toHaveCount(50);
    await expect(nextExports).toBeFocused();
    const imports = page.getByRole('region', { name: 'Import from S3 into a new table' });
    await imports.getByRole('button', { name: 'Show more imports' }).click();
    await expect(imports.getByRole('listitem')).toHaveCount(50);
    // What was shown stays when the page is read again.
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(page.getByRole('button', { name: 'Read again' })).toBeEnabled();
    await expect(rows).toHaveCount(130);
    await expect(exports).toHaveCount(50);
    expect(aws.sent('ListBackups').at(-1)).toEqual({ TableName: 'notes', BackupType: 'ALL', Limit: 100, ExclusiveStartBackupArn: expect.stringMatching(/backup\/old-099$/) });
    expect(aws.sent('ListExports').at(-1).NextToken).toBe('after-25');

    await page.getByRole('button', { name: 'Requests' }).click();
    const dialog = page.getByRole('dialog', { name: 'The requests behind this screen, in order' });
    await expect(dialog.getByText(/^ListBackups/)).toHaveCount(2);
    await expect(dialog.getByText(/^DescribeExport/)).toHaveCount(50);
    await dialog.getByText(/^ListBackups/).last().click();
    await expect(dialog.getByText(/"ExclusiveStartBackupArn"/)).toBeVisible();
    await sound(page);
  } finally {
    await desk.dispose();
    await aws.stop();
  }
});
