/** Opens pages of a running product in headless Chromium and tells how soon and how heavily they stood there: `node screens.mjs URL EMAIL PASSWORD RUNS`. */

import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(join(import.meta.dirname, '..', 'web', 'package.json'))('playwright-core');

const CHROMIUM = process.env.BUSBAR_TEST_CHROMIUM ?? '/usr/bin/chromium';
/** Whatever a page asks for, nothing but this machine has an address. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];
const QUIET_MILLIS = 1_500;
const LIMIT_MILLIS = 60_000;
/** Of a longer task, this much does not count as a block: as Lighthouse has it. */
const TASK_MILLIS = 50;

const [, , url, email, password, runs] = process.argv;

const desk = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const pages = [
  { name: 'console sign-in', path: '/sign-in', context: desk },
  { name: 'console now', path: '/', context: desk, isSignedIn: true },
  { name: 'driver app start', path: '/app/', context: phone },
  { name: 'driver app start, slow phone', path: '/app/', context: phone, isSlow: true, ready: 'station-count' },
  { name: 'wall', path: '/wall', context: { viewport: { width: 1920, height: 1080 } }, isSignedIn: true },
];

/** Runs in the page before anything of it: notes what the browser tells of paints, shifts and long tasks. */
function observe() {
  const noted = { fcp: 0, lcp: 0, shift: 0, tasks: [] };
  window.noted = noted;
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') noted.fcp = entry.startTime;
  });
  watch('largest-contentful-paint', (entry) => {
    noted.lcp = entry.startTime;
  });
  watch('layout-shift', (entry) => {
    if (!entry.hadRecentInput) noted.shift += entry.value;
  });
  watch('longtask', (entry) => noted.tasks.push([entry.startTime, entry.duration]));
}

async function signIn(page) {
  await page.goto('/sign-in');
  await page.getByTestId('sign-in-email').fill(email);
  await page.getByTestId('sign-in-password').fill(password);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('person-menu').waitFor();
  await page.goto('about:blank');
}

/** A phone's line and processor as Lighthouse takes them: 1.6 Mbit/s, 150 ms to the server and back, a fourth of the speed. */
async function slowDown(devtools) {
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (750 * 1024) / 8,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

async function measure(browser, { path, context, isSignedIn, isSlow, ready }) {
  const made = await browser.newContext({ baseURL: url, locale: 'en-GB', serviceWorkers: 'block', ...context });
  made.setDefaultTimeout(LIMIT_MILLIS);
  const page = await made.newPage();
  if (isSignedIn) await signIn(page);
  const devtools = await made.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const traffic = { requests: 0, bytes: 0, last: Date.now() };
  devtools.on('Network.requestWillBeSent', () => {
    traffic.requests += 1;
    traffic.last = Date.now();
  });
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    traffic.bytes += encodedDataLength;
    traffic.last = Date.now();
  });
  await page.addInitScript(observe);
  if (isSlow) await slowDown(devtools);
  await page.goto(path, { waitUntil: 'commit' });
  if (ready) await page.getByTestId(ready).waitFor();
  const ready_ms = ready ? await page.evaluate(() => performance.now()) : null;
  await page.waitForFunction(() => window.noted.fcp > 0);
  const deadline = Date.now() + LIMIT_MILLIS;
  while (Date.now() - traffic.last < QUIET_MILLIS && Date.now() < deadline) await page.waitForTimeout(100);
  const { fcp, lcp, shift, tasks } = await page.evaluate(() => window.noted);
  await made.close();
  const blocked = tasks.filter(([at]) => at + TASK_MILLIS > fcp).map(([, lasted]) => Math.max(0, lasted - TASK_MILLIS));
  return {
    fcp_ms: fcp,
    ready_ms,
    lcp_ms: lcp,
    blocked_ms: blocked.reduce((sum, lasted) => sum + lasted, 0),
    shift,
    requests: traffic.requests,
    transferred_bytes: traffic.bytes,
  };
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
for (const page of pages) {
  const measured = [];
  for (let run = 0; run < Number(runs); run += 1) measured.push(await measure(browser, page));
  console.log(JSON.stringify({ name: page.name, runs: measured }));
}
await browser.close();
