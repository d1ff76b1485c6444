import { chromium } from '@playwright/test';
const base = process.argv[2];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
for (const [name, width, height, scheme] of [['wide', 1440, 900, 'light'], ['dark', 1440, 900, 'dark'], ['phone', 390, 844, 'light'], ['phonedark', 390, 844, 'dark']]) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  page.on('console', (m) => m.type() === 'error' && console.log(name, m.text()));
  for (const [what, path] of [['relay', '/c/local/tables/talks/relay'], ['off', '/c/local/tables/plain/relay'], ['chat', '/c/local/tables/talks/conversations/11111111-0000-4000-8000-000000000000/g'], ['notlive', '/c/local/tables/plain/conversations']]) {
    await page.goto(base + path);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `/tmp/shots-relay/${what}-${name}.png`, fullPage: what === 'relay' });
  }
  await page.close();
}
await browser.close();
