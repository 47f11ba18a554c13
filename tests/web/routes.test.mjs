/** Every page there is, by the routers' own lists, in light and dark: accessibility, texts, width, console and hosts. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { signIn } from './desk.mjs';
import { Product } from './product.mjs';
import { Receiver } from './receiver.mjs';
import { addSite, plant, signUpDriver } from './world.mjs';

const WALL = { width: 1920, height: 1080 };
const DRIVER = { email: 'routes@example.org', password: 'una frase lunga' };

/** Pages that need a story before them: which test comes to them, and how it looks at them. */
const elsewhere = {
  '/settlements/$settlementId': ['money.test.mjs', "look.at('draft'"],
  '/guest/$link': ['guest.test.mjs', "look.at('receipt'"],
};

/** What the app's pages are asked in their addresses, where without it they lead elsewhere. */
const asked = { '/reports/new': '?station=TO-ROUTE' };

/** The screen on a wall. */
const isWall = (route) => /^\/wall(\/|$)/.test(route);
/** Where nobody is signed in yet. */
const doors = ['/sign-in', '/sign-in/provider', '/password'];

let product;
let browser;
let receiver;
/** What stands in the place of a route's parameters. */
let known;

before(async () => {
  const settings = { BUSBAR_WEBHOOK_IS_PRIVATE_ALLOWED: 'true' };
  [product, browser, receiver] = await Promise.all([
    Product.start({ isDemo: true, settings }),
    startBrowser(),
    new Receiver().start(),
  ]);
  known = await furnish();
});

after(async () => {
  await known?.station.disconnect();
  await browser?.close();
  await receiver?.stop();
  await product?.stop();
});

/** A driver with a charge behind and one under way, and one of each thing that has a page of its own. */
async function furnish() {
  const api = await product.signIn();
  const { site_id: siteId } = await addSite(api);
  const driver = await signUpDriver(product, api, { ...DRIVER, name: 'Giulia Ferri', gift: 10_000 });
  const { driverId } = driver;
  await api.put('tokens/ROUTE1', { kind: 'rfid', driver_id: driverId, concurrency: 'allowed' });
  const station = await plant(product, api, { stationId: 'TO-ROUTE', siteId, name: 'Colonna 1', evses: 2 });
  const sessions = [];
  for (const connectorId of [1, 2]) {
    await station.status('Charging', { connectorId });
    await station.startTransaction({ idTag: 'ROUTE1', connectorId });
    await station.meter({ energyWh: '2204.4', powerW: '7701.0', current: '31.94', connectorId });
    if (connectorId === 1) await station.stopTransaction({ meterStop: 6379, reason: 'Local' });
    const { items } = await api.get(`sessions?driver_id=${driverId}&is_open=${connectorId === 2}`);
    sessions.push(items[0].session_id);
  }
  const complaint = { station_id: 'TO-ROUTE', category: 'damaged', text: 'Il cavo non si sblocca.' };
  const report = await driver.api.post('driver/complaints', complaint);
  const terms = { kind: 'percentage', value: '10' };
  const [offer, webhook, tariffs, companies, accounts] = await Promise.all([
    api.post('offers', { name: 'Autunno', audience: 'everybody', terms }),
    api.post('webhooks', { name: 'Contabilità', url: receiver.url }),
    api.get('tariffs'),
    api.get('companies'),
    api.get('ledger/accounts'),
  ]);
  return {
    station,
    siteId,
    stationId: 'TO-ROUTE',
    evseId: '1',
    ended: sessions[0],
    running: sessions[1],
    reportId: report.complaint_id,
    offerId: offer.offer_id,
    webhookId: webhook.webhook?.webhook_id ?? webhook.webhook_id,
    tariffId: tariffs.items[0].tariff_id,
    companyId: companies.items[0].company_id,
    accountId: accounts.items[0].account_id,
  };
}

/** The routes of the app that the page holds, as its router has them. */
function listRoutes(page) {
  return page.evaluate(() => Object.keys(window.__TSR_ROUTER__.routesByPath).toSorted());
}

/** An address of a route. A parameter that nobody knows here fails: somebody made a page, and it wants to be looked at. */
function fill(route, values) {
  return route.replaceAll(/\$(\w*)/g, (_, name) => {
    const value = name === '' ? 'nowhere' : values[name];
    assert.ok(value, `a page with ${name} in its address: say in ${import.meta.filename} which one to look at`);
    return encodeURIComponent(value);
  });
}

/** Go there within the app, as a link does. */
async function follow(page, address) {
  await page.evaluate((href) => window.__TSR_ROUTER__.history.push(href), address);
  await page.waitForFunction(() => {
    const { status, location, resolvedLocation } = window.__TSR_ROUTER__.state;
    return status === 'idle' && resolvedLocation?.href === location.href;
  });
}

async function walk(page, look, addresses, base = '', prefix = '') {
  for (const address of addresses) {
    await follow(page, `${base}${address}`);
    assert.equal(new URL(page.url()).pathname, `${base}${address}`.split('?')[0], 'the page itself, not another one');
    const name = address.replaceAll(/[^\w]+/g, '-').replaceAll(/^-|-$/g, '');
    await look.walk(`${prefix}${name || 'first'}`);
  }
}

/** Some pages for whoever asked the device for more contrast. */
async function walkStrong(page, look, addresses, base) {
  await page.emulateMedia({ contrast: 'more' });
  await walk(page, look, addresses, base, 'strong-');
}

describe('every page', () => {
  test('of the console, and every tab of a station, in the longest words', async (t) => {
    const options = { size: sizes.wide, name: 'routes-console', locale: 'it-IT' };
    await visit(browser, product, options, async (page, { look }) => {
      await page.goto('/sign-in');
      await page.getByTestId('sign-in-email').waitFor();
      const routes = (await listRoutes(page)).filter((route) => !isWall(route) && !(route in elsewhere));
      await walk(page, look, doors);
      await page.goto('/');
      await signIn(page);
      const inside = routes.filter((route) => !doors.includes(route));
      const tabs = ['commands', 'wire', 'sessions', 'settings', 'history'].map(
        (tab) => `/stations/TO-ROUTE?tab=${tab}`,
      );
      const values = { ...known, sessionId: known.ended };
      await walk(page, look, [...inside.map((route) => fill(route, values)), ...tabs, `/sessions/${known.running}`]);
      await walkStrong(page, look, ['/', '/stations/TO-ROUTE']);
      t.diagnostic(`console: ${routes.length} routes`);
      assert.ok(routes.length > 50, 'the list of routes is read from the running router');
    });
  });

  test('of the driver app, by thumb', async (t) => {
    const options = { size: sizes.phone, name: 'routes-driver', locale: 'zh-CN' };
    await visit(browser, product, options, async (page, { look }) => {
      await page.goto('/app/sign-in?mode=in');
      await page.getByTestId('email').waitFor();
      const routes = (await listRoutes(page)).filter((route) => !(route in elsewhere));
      await walk(page, look, ['/sign-in', '/password'], '/app');
      await page.goto('/app/sign-in?mode=in&next=/account');
      await page.getByTestId('email').fill(DRIVER.email);
      await page.getByTestId('password').fill(DRIVER.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('me-email').waitFor();
      const inside = routes.filter((route) => !['/sign-in', '/password'].includes(route));
      const values = (route) => ({ ...known, sessionId: route.startsWith('/receipts') ? known.ended : known.running });
      const address = (route) => `${fill(route, values(route))}${asked[route] ?? ''}`;
      await walk(page, look, inside.map(address), '/app');
      await walkStrong(page, look, ['/', '/s/TO-ROUTE'], '/app');
      t.diagnostic(`driver app: ${routes.length} routes`);
      assert.ok(routes.length > 18, 'the list of routes is read from the running router');
    });
  });

  test('of the wall, from afar', async () => {
    await visit(browser, product, { size: WALL, name: 'routes-wall', locale: 'zh-CN' }, async (page, { look }) => {
      await page.goto('/sign-in');
      await signIn(page);
      const walls = (await listRoutes(page)).filter(isWall);
      assert.equal(walls.length, 2);
      for (const route of walls) {
        await page.goto(`${fill(route, known)}?severity=off`);
        await page.getByTestId('wall').waitFor();
        await look.walk(route.includes('site') ? 'site' : 'network', { isAlwaysDark: true });
      }
    });
  });

  test('that needs a story is come to by another test', () => {
    for (const [route, [file, words]] of Object.entries(elsewhere)) {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      assert.ok(text.includes(words), `${file} looks no more at ${route}`);
    }
  });
});
