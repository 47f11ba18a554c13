/** A real headless browser, and people's visits with it: each with a memory of its own, watched from start to end. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { closeLook } from './look.mjs';
import { SLOWNESS, stretch } from './patience.mjs';
import { ROOT } from './product.mjs';
import { within } from './wait.mjs';
import { Watch } from './watch.mjs';

const { chromium } = createRequire(join(ROOT, 'web', 'package.json'))('playwright-core');

const CHROMIUM = process.env.BUSBAR_TEST_CHROMIUM ?? '/usr/bin/chromium';
const LIMIT_MILLIS = 20_000;
/** The longest visit takes a minute. What Playwright itself does not bound, such as a script in a page, ends here. */
const VISIT_MILLIS = 120_000;

// Each new window made two pages of its own for the list under its address bar, which nobody sees: half a second of work.
const OWN_PAGES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];
// What Playwright switches off. Of two lists the browser takes the last alone.
const SWITCHED_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[...SWITCHED_OFF, ...OWN_PAGES].join()}`,
  // The map draws by WebGL, here in software.
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  // Whatever a page asks for, nothing but this machine has an address.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export const sizes = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** Start the browser, with more `flags` if wished; `close()` it at the end. */
export function startBrowser(flags = []) {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags], headless: true });
}

/**
 * Let somebody visit: `deed(page, visit)` gets a page of its own. Whatever goes wrong on the way (an error in the
 * console, a request that fails or goes elsewhere, a page that not everybody can use) fails the visit.
 */
export async function visit(browser, product, options, deed) {
  const { size = sizes.wide, name, ...context } = options;
  const isPhone = size === sizes.phone;
  const entering = browser.newContext({
    baseURL: product.httpUrl,
    viewport: size,
    deviceScaleFactor: 1,
    hasTouch: isPhone,
    locale: 'en-GB',
    timezoneId: 'Europe/Rome',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    ...context,
  });
  const made = await within('opening a window', entering);
  made.setDefaultTimeout(stretch(LIMIT_MILLIS));
  const watch = new Watch(made, product.httpUrl);
  let page;
  let look;
  let isWell = false;
  try {
    page = await within('opening a page', made.newPage());
    if (SLOWNESS > 1) await slowDown(page);
    look = closeLook(page, { size, watch, name });
    await within('the visit', deed(page, { watch, look, context: made }), { limitMillis: VISIT_MILLIS });
    watch.settle();
    isWell = true;
  } catch (error) {
    await look?.keepFailure();
    if (page) watch.explain(error, page);
    throw error;
  } finally {
    const closed = within('closing the window', made.close());
    await (isWell ? closed : closed.catch(() => undefined)); // of two errors the first one tells more
  }
}

/** Let a page have only a part of the processor. */
async function slowDown(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWNESS });
}
