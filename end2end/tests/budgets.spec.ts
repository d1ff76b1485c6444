import { signIn } from '../support/sign-in';
import { ADA_AND_VI, notes, withUsers } from '../support/signed';
import { expect, sound } from '../support/test';

/** A viewer may read 150 units of whole tables in an hour. */
const test = withUsers(ADA_AND_VI, 'local', 'scan_budget = { viewer = 150 }\n');

test('what is read of whole tables is counted on the screen, until it is used up', async ({ desk, page }) => {
  test.setTimeout(180_000);
  // A budget is of an hour: one that turns in the middle of this would begin it anew.
  const left = 3_600_000 - (Date.now() % 3_600_000);
  if (left < 60_000) await new Promise((turned) => setTimeout(turned, left));
  const ada = await notes(desk);
  // A hundred items of about 8,000 bytes: all of them cost about a hundred units.
  const changes = Array.from({ length: 100 }, (_, at) => ({ create: { item: { pk: { S: `p${at}` }, text: { S: 'x'.repeat(8_000) } } } }));
  await ada('POST', '/api/c/local/tables/notes/items/write', { changes, together: false });

  await page.goto('/c/local/tables/notes/items?limit=100');
  await signIn(page, 'vi');
  const main = page.getByRole('main');
  await expect(main.getByText(/^Scan budget: [1-9]\d*(\.5)? of 150 RCU used this hour$/)).toBeVisible();
  await sound(page);
  const refresh = main.getByRole('button', { name: /^Refresh/ }).first();
  await refresh.click();
  await expect(main.getByText(/^Scan budget of 150 RCU used up, back in \d+ minutes?$/)).toBeVisible();
  await refresh.click();
  await expect(main.getByText(/the budget for reading whole tables of connection "local" is used up/)).toBeVisible();
  await sound(page);

  // A statement that scans says it before it is run; one that knows the key is run.
  await page.goto('/c/local/partiql?q=' + encodeURIComponent('SELECT * FROM notes'));
  await expect(main.getByText(/^Scan budget of 150 RCU used up/)).toBeVisible();
  await sound(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await sound(page);
});
