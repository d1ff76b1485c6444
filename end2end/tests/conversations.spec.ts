import { ADA, BO, CY, conversation, messageRow } from '../support/cruddur';
import { CONNECTION, expect, sound, test } from '../support/test';

const PAGE = `/c/${CONNECTION}/tables/cruddur-messages/conversations`;

test('a chat shows the newest page first, older ones on scroll, days and mixed forms of time in order', async ({ desk, page }) => {
  await desk.cruddurTable();
  // Every minute a message, in the naive form and with an offset by turns: as strings they would not sort.
  const minute = (at: number) => new Date(Date.UTC(2024, 11, 31, 22, 30) + at * 60_000).toISOString().slice(0, 19);
  const many = conversation(
    'g-long',
    ADA,
    BO,
    Array.from({ length: 150 }, (_, at) => [at % 3 ? ADA : BO, `${minute(at)}${at % 2 ? '+00:00' : '.000000'}`, `message ${at}`]),
  );
  await desk.seed('cruddur-messages', [...many, ...conversation('g-old', ADA, CY, [[CY, '2019-05-01T10:00:00', 'long ago']])]);
  await page.goto(PAGE);
  const users = page.getByRole('region', { name: 'Users' });
  await expect(users.getByRole('link')).toHaveCount(3);
  await sound(page);
  await users.getByRole('searchbox', { name: 'Search users' }).fill('@ad');
  await users.getByRole('link', { name: /Ada Byron/ }).click();
  // The newest first, and the years make no difference.
  const list = page.getByRole('region', { name: 'Conversations' });
  await expect(list.getByRole('link').filter({ hasText: 'with ' })).toHaveText([/with Bo Chen.*message 149/s, /with Cy Dunn.*long ago/s]);
  await list.getByRole('link', { name: /with Bo Chen/ }).click();
  const log = page.getByRole('log', { name: /^Messages/ });
  const text = log.getByRole('article');
  await expect(text.last()).toContainText('message 149');
  await expect(text.last()).toBeInViewport();
  expect(await text.count()).toBeLessThan(150);
  await sound(page);
  for (let turn = 0; turn < 20 && (await text.count()) < 150; turn++) {
    const before = await text.count();
    // The page before may still be putting what was in view back where it was: whoever is kept from the top goes there again.
    await expect
      .poll(async () => {
        await log.press('Home');
        return text.count();
      })
      .toBeGreaterThan(before);
    // What was in view stays in view, a frame later; at the beginning there is nothing above that could keep it.
    if ((await text.count()) < 150) await expect.poll(() => log.evaluate((one) => one.scrollTop)).toBeGreaterThan(0);
  }
  await expect(log.getByText('The beginning of this conversation')).toBeVisible();
  const said = await text.evaluateAll((all) => all.map((one) => Number(/message (\d+)$/m.exec((one as HTMLElement).innerText)?.[1])));
  expect(said).toEqual(Array.from({ length: 150 }, (_, at) => at));
  // Each is from who sent it, whoever's row says so.
  await expect(text.nth(0)).toContainText('from Bo Chen');
  await expect(text.nth(1)).toContainText('from Ada Byron');
  await expect(log.getByRole('heading')).toHaveCount(2);
});

test('the owner of a group row and the sender of a message are never confused', async ({ desk, page }) => {
  await desk.cruddurTable();
  await desk.seed('cruddur-messages', conversation('g', ADA, BO, [[ADA, '2024-02-01T10:00:00', 'from ada'], [BO, '2024-02-01T10:01:00+00:00', 'from bo']]));
  for (const [me, other] of [[ADA, BO], [BO, ADA]]) {
    await page.goto(`${PAGE}/${me.uuid}`);
    const entry = page.getByRole('region', { name: 'Conversations' }).getByRole('link').filter({ hasText: 'with ' });
    await expect(entry).toHaveCount(1);
    await expect(entry).toContainText(`with ${other.display_name}`);
    await entry.click();
    const text = page.getByRole('log').getByRole('article');
    await expect(text).toHaveText([/from Ada Byron.*from ada/s, /from Bo Chen.*from bo/s]);
    await expect(page.getByRole('heading', { name: `${me.display_name} with ${other.display_name}` })).toBeVisible();
  }
  // The link of a conversation is the same view for somebody else.
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('log').getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('heading', { name: 'Bo Chen with Ada Byron' })).toBeVisible();
});

test('a message is sent, the group rows move with it, and a conversation starts only once', async ({ desk, page }) => {
  await desk.cruddurTable();
  await desk.seed('cruddur-messages', [
    ...conversation('g', ADA, BO, [[BO, '2024-02-01T10:01:00', 'hello']]),
    messageRow('elsewhere', CY, '2024-01-01T00:00:00', 'I am here, too'),
  ]);
  await page.goto(`${PAGE}/${ADA.uuid}/g`);
  const text = page.getByRole('log').getByRole('article');
  await expect(text).toHaveCount(1);
  const hostile = '<img src=x onerror="window.hacked=1"> & "quotes" 😀';
  await page.getByRole('textbox', { name: 'Message as Ada Byron' }).fill(hostile);
  await page.keyboard.press('Enter');
  await expect(text).toHaveCount(2);
  await expect(text.last()).toContainText(hostile);
  await expect(text.last()).toContainText('from Ada Byron');
  await expect(page.getByRole('textbox', { name: 'Message as Ada Byron' })).toHaveValue('');
  const groups = (await desk.items('cruddur-messages')).filter((item) => String(item.pk.S).startsWith('GRP#'));
  expect(groups).toHaveLength(2);
  for (const row of groups) expect(row.message).toEqual({ S: hostile });
  expect(new Set(groups.map((row) => row.sk.S)).size).toBe(1);

  const start = async (who: RegExp, said: string) => {
    await page.getByRole('region', { name: 'Conversations' }).getByRole('button', { name: 'New' }).click();
    const dialog = page.getByRole('dialog', { name: 'New conversation' });
    const choices = dialog.getByRole('combobox', { name: 'With' });
    const option = choices.getByRole('option', { name: who });
    await expect(option).toHaveCount(1);
    await choices.selectOption(await option.getAttribute('value'));
    await dialog.getByRole('textbox', { name: 'First message' }).fill(said);
    await sound(page);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('log').getByRole('article').last()).toContainText(said);
  };
  // These two have one already: the message goes there, from wherever it is written.
  await page.goto(`${PAGE}/${ADA.uuid}`);
  await start(/Bo Chen/, 'found again');
  await expect(page).toHaveURL(new RegExp(`${ADA.uuid}/g$`));
  await start(/Cy Dunn/, 'a new one');
  await expect(page).not.toHaveURL(/\/g$/);
  await expect(page.getByRole('log').getByRole('article')).toHaveCount(1);
  expect((await desk.items('cruddur-messages')).filter((item) => String(item.pk.S).startsWith('GRP#'))).toHaveLength(4);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('what is written while a message is on its way stays, and each conversation has a box of its own', async ({ desk, page }) => {
  await desk.cruddurTable();
  await desk.seed('cruddur-messages', [
    ...conversation('g', ADA, BO, [[BO, '2024-02-01T10:01:00', 'hello']]),
    ...conversation('h', ADA, CY, [[CY, '2024-02-01T10:02:00', 'hi']]),
  ]);
  const sending = '**/conversations/send';
  let answer = () => {};
  const held = new Promise<void>((go) => (answer = go));
  await page.route(sending, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${PAGE}/${ADA.uuid}/g`);
  const box = page.getByRole('textbox', { name: 'Message as Ada Byron' });
  const list = page.getByRole('region', { name: 'Conversations' });
  const text = page.getByRole('log').getByRole('article');
  await expect(text).toHaveCount(1);
  await box.fill('one');
  await box.press('Enter');
  await expect(box).toHaveValue('');
  await box.fill('two');
  await list.getByRole('link', { name: /with Cy Dunn/ }).click();
  await expect(text).toContainText(['hi']);
  await expect(box).toHaveValue('');
  await box.fill('for Cy');
  answer();
  await expect(list.getByRole('link', { name: /with Bo Chen/ })).toContainText('one');
  await expect(box).toHaveValue('for Cy');
  await expect(text).toHaveCount(1);
  await list.getByRole('link', { name: /with Bo Chen/ }).click();
  await expect(text.last()).toContainText('one');
  await expect(box).toHaveValue('two');

  // One that is refused comes back, and says so where it was written.
  await page.route(sending, (route) => route.fulfill({ status: 400, json: { code: 'refused', message: 'not today', request_id: 'r' } }));
  await box.press('Enter');
  await expect(page.getByText('The message was not sent')).toBeVisible();
  await expect(box).toHaveValue('two');
  await list.getByRole('link', { name: /with Cy Dunn/ }).click();
  await expect(box).toHaveValue('for Cy');
  await expect(page.getByText('The message was not sent')).toHaveCount(0);
});
