import { defineConfig } from '@playwright/test';

// Playwright's own browser downloads are not used: the system's Chromium is what operators have.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: './tests',
  // Two cores: while one test waits for its page, the other has the processor.
  workers: 2,
  // Only a test that fails takes longer for it: a machine that is busy may take its time.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list'], ['./support/summary.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
