import { Aws } from '../support/aws';
import { numbered } from '../support/items';
import { CONNECTION, Dynadesk, expect, sound, test } from '../support/test';

test('own counters are labelled as such, move after a scan, and cost is estimated', async ({ desk, page }) => {
  await desk.createTable('notes');
  await desk.seed('notes', numbered(50));
  await page.goto(`/c/${CONNECTION}/tables/notes/monitoring`);
  await expect(page.getByText("These are Dynadesk's own counters")).toBeVisible();
  await expect(page.getByText('the embedded engine sends nothing to CloudWatch')).toBeVisible();
  const requests = page.getByRole('figure', { name: 'Requests' });
  const slider = requests.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('End');
  const before = await slider.getAttribute('aria-valuetext');
  expect(before).not.toContain('Scan');
  await desk.items('notes');
  await page.getByRole('button', { name: 'Refresh' }).click();
  // The numbers belong to the chart that came with the answer.
  await expect(requests.getByRole('list')).toContainText('Scan');
  await requests.getByText('Numbers').click();
  const table = requests.getByRole('table');
  await expect(table.getByRole('columnheader', { name: 'Scan' })).toBeVisible();
  // They stay when the chart is drawn anew.
  await table.evaluate((old) => old.setAttribute('data-old', ''));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(requests.locator('table[data-old]')).toHaveCount(0);
  await expect(table.getByRole('columnheader', { name: 'Scan' })).toBeVisible();
  await expect(page.getByRole('figure', { name: 'Read capacity' }).getByRole('slider')).toHaveAttribute('aria-valuetext', /Consumed/);

  const cost = page.getByRole('region', { name: 'Estimated monthly cost' });
  await cost.getByLabel('Region').selectOption('eu-west-1');
  await cost.getByLabel('Read units a second').fill('100');
  await cost.getByLabel('Write units a second').fill('0');
  const demand = cost.getByRole('table', { name: 'On demand, a month' });
  // 262.8 million reads at $0.1415 a million.
  await expect(demand.getByRole('row', { name: /Read requests/ })).toContainText('$37.19');
  // What the table of prices does not have is said, and in no sum.
  await expect(cost.getByText(/Europe \(Ireland\): no price was found of on-demand backups, reads of a stream/)).toBeVisible();
  await cost.getByLabel('Write units a second').fill('many');
  await expect(cost.getByText('a number such as 12.5')).toBeVisible();
  await sound(page);

  // What was typed outlives a refresh and a reload, until it is given up.
  await cost.getByLabel('Write units a second').fill('2.5');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.reload();
  await expect(cost.getByLabel('Region')).toHaveValue('eu-west-1');
  await expect(cost.getByLabel('Read units a second')).toHaveValue('100');
  await expect(cost.getByLabel('Write units a second')).toHaveValue('2.5');
  await page.getByRole('radio', { name: '7 days' }).check({ force: true });
  await expect(page).toHaveURL(/period=7d.*reads=100/);
  await cost.getByRole('button', { name: 'Use what was measured' }).click();
  await expect(page).not.toHaveURL(/reads=|writes=/);
  await expect(cost.getByLabel('Read units a second')).not.toHaveValue('100');
  await expect(cost.getByRole('button', { name: 'Use what was measured' })).toBeDisabled();
  await cost.getByLabel('Region').selectOption('ca-central-1');
  await expect(demand.getByRole('row', { name: /Together/ })).toContainText('unconfirmed');
  await expect(cost.getByText(/Canada \(Central\): no published list/)).toBeVisible();
});

test('the period is in the URL', async ({ desk, page }) => {
  await desk.createTable('notes');
  await page.goto(`/c/${CONNECTION}/tables/notes/monitoring`);
  await page.getByRole('radio', { name: '7 days' }).check({ force: true });
  await expect(page).toHaveURL(/period=7d/);
  await page.reload();
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked();
});

test('CloudWatch is charted with its limits, read by keyboard, and its request shown', async ({ page }) => {
  const aws = await Aws.start();
  const desk = await Dynadesk.start({ config: aws.config() });
  try {
    await page.goto(`${desk.url}/c/aws/tables/notes/monitoring`);
    await expect(page.getByText(/From CloudWatch at/)).toBeVisible();
    const reads = page.getByRole('figure', { name: 'Read capacity', exact: true });
    await reads.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await expect(reads.getByRole('slider')).toHaveAttribute('aria-valuetext', /Consumed .*Provisioned 20/);
    await expect(page.getByRole('figure', { name: 'Read capacity, index by-kind' })).toBeVisible();
    await sound(page);
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    await page.getByRole('tab', { name: 'aws' }).click();
    await expect(page.getByText(/aws cloudwatch get-metric-data/)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: "Dynadesk's counters" }).check({ force: true });
    await expect(page).toHaveURL(/source=dynadesk/);
    await expect(page.getByText("These are Dynadesk's own counters")).toBeVisible();
  } finally {
    await desk.dispose();
    await aws.stop();
  }
});
