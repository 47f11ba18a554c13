/** What stands at the doors: the interactive documentation, the installable app, and how much a first visit fetches. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
import { waitFor } from './wait.mjs';

/** Script of a first visit, compressed. */
const DRIVER_KB = 200;
const CONSOLE_KB = 450;

let product;
let browser;

before(async () => {
  [product, browser] = await Promise.all([Product.start(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

/** Everything that a page loads as script, by the name of the file, in bytes as it goes over a compressing line. */
async function weighScripts(page, deed) {
  const scripts = new Map();
  const keep = (response) => {
    if (response.request().resourceType() !== 'script') return;
    const body = response.body();
    body.catch(() => undefined); // it is asked for below
    scripts.set(new URL(response.url()).pathname, body);
  };
  page.on('response', keep);
  await deed();
  page.off('response', keep);
  const weights = new Map();
  for (const [name, body] of scripts) weights.set(name, gzipSync(await body).length);
  return weights;
}

function list(weights, pattern = /./) {
  return [...weights].filter(([name]) => pattern.test(name)).map(([, bytes]) => bytes);
}

function weigh(weights, pattern) {
  return list(weights, pattern).reduce((total, bytes) => total + bytes, 0) / 1024;
}

function sum(weights, pattern) {
  return `${weigh(weights, pattern).toFixed(0)} KB in ${list(weights, pattern).length} files`;
}

/** A phone's line and processor as Lighthouse takes them: a throttled 4G, and a processor four times slower. */
async function slowDown(page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (750 * 1024) / 8,
  });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** Take the offer to go by the clocks of this desk. */
async function takeOwnClock(page) {
  const offer = page.getByTestId('own-clock');
  await offer.getByText('Europe/Rome').first().waitFor();
  await page.getByTestId('own-clock-set').click();
  await offer.waitFor({ state: 'detached' });
  const api = await product.signIn();
  const { operator_id: operatorId } = await api.get('auth/me');
  assert.equal((await api.get(`operators/${operatorId}`)).time_zone, 'Europe/Rome');
}

describe('the doors', () => {
  test('the interactive documentation works without another host, and calls the API', async () => {
    await visit(browser, product, { name: 'docs', size: sizes.wide }, async (page, { look, watch }) => {
      await page.goto('/docs');
      await page.locator('.opblock-tag-section').first().waitFor();
      assert.match(await page.title(), /Busbar/);
      assert.ok((await page.locator('.opblock-tag-section').count()) > 5);
      await look.shoot('top');
      await page.locator('.opblock-tag[data-tag="sign-in"]').click();
      const signIn = page.locator('.opblock').filter({ hasText: '/api/v1/auth/sign-in' }).first();
      await signIn.locator('.opblock-summary-control').click();
      await signIn.getByRole('button', { name: 'Try it out' }).click();
      await signIn.locator('textarea').fill(JSON.stringify({ ...ADMIN, transport: 'bearer' }));
      await signIn.getByRole('button', { name: 'Execute' }).click();
      await signIn.locator('.live-responses-table .response-col_status').filter({ hasText: '200' }).waitFor();
      await look.shoot('answer');
      assert.ok(watch.requests.some((url) => url.endsWith('/openapi.json')));
    });
  });

  test('the app can be installed, and its shell opens without network', async () => {
    await visit(browser, product, { name: 'pwa', size: sizes.phone }, async (page, { look, watch, context }) => {
      await page.goto('/app/');
      await page.getByTestId('tab-nearby').waitFor();
      const address = await page.locator('link[rel="manifest"]').getAttribute('href');
      const manifest = await (await page.request.get(new URL(address, page.url()).href)).json();
      assert.equal(manifest.display, 'standalone');
      assert.equal(manifest.scope, '/app/');
      for (const { src, type } of manifest.icons) {
        const icon = await page.request.get(new URL(src, new URL(address, page.url())).href);
        assert.equal(icon.status(), 200, src);
        assert.ok(icon.headers()['content-type'].startsWith(type), src);
      }
      assert.ok(manifest.icons.some(({ purpose }) => purpose === 'maskable'));
      const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
      assert.equal(new URL(scope).pathname, '/app/');
      await page.evaluate(
        () =>
          navigator.serviceWorker.controller ??
          new Promise((resolve) =>
            navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
          ),
      );
      await watch.whileOffline(async () => {
        await context.setOffline(true);
        await page.goto('/app/code');
        await page.getByTestId('code').waitFor();
        await look.at('offline-code');
        await page.goto('/app/');
        await page.getByTestId('page-problem').waitFor();
        await look.at('offline-nearby');
        await context.setOffline(false);
      });
      await page.getByTestId('page-problem').getByRole('button').click();
      await page.getByTestId('station-count').waitFor();
      await look.at('empty-nearby');
    });
  });

  test('a first visit fetches little', async (t) => {
    await visit(browser, product, { name: 'weight', size: sizes.phone }, async (page) => {
      const weights = await weighScripts(page, async () => {
        await page.goto('/app/');
        await page.getByTestId('station-count').waitFor();
      });
      t.diagnostic(`driver app, first page: ${sum(weights)} of script (bound: ${DRIVER_KB})`);
      assert.ok(weigh(weights) <= DRIVER_KB);
    });
    await visit(browser, product, { name: 'slow', size: sizes.phone }, async (page) => {
      await slowDown(page);
      await page.goto('/app/', { waitUntil: 'commit' });
      await page.getByTestId('station-count').waitFor();
      const millis = await page.evaluate(() => performance.now());
      t.diagnostic(
        `driver app, usable after ${millis.toFixed(0)} ms at 1.6 Mbit/s and 150 ms, with a processor four times slower`,
      );
    });
    await visit(browser, product, { name: 'weight', size: sizes.wide }, async (page) => {
      const weights = await weighScripts(page, async () => {
        await page.goto('/');
        await page.getByTestId('sign-in-email').waitFor();
      });
      t.diagnostic(`console, sign-in: ${sum(weights)} of script (bound: ${CONSOLE_KB})`);
      assert.ok(weigh(weights) <= CONSOLE_KB);
      const more = await weighScripts(page, async () => {
        await page.getByTestId('sign-in-email').fill(ADMIN.email);
        await page.getByTestId('sign-in-password').fill(ADMIN.password);
        await page.getByTestId('sign-in-submit').click();
        await page.getByTestId('overview-power').waitFor();
        await page.locator('.maplibregl-canvas').waitFor();
      });
      const map = /SiteMap|maplibre|land/;
      t.diagnostic(
        `console, overview after it: ${sum(more, new RegExp(`^(?!.*(${map.source}))`))}, and the map ${sum(more, map)}`,
      );
    });
  });

  test('an empty installation says what to do first', async () => {
    await visit(browser, product, { name: 'empty', size: sizes.wide }, async (page, { look }) => {
      await page.goto('/');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('overview-power').waitFor();
      await look.at('overview');
      await takeOwnClock(page);
      for (const path of ['/stations', '/sessions', '/tokens', '/sites']) {
        await page.goto(path);
        await page.locator('.bb-notice').waitFor();
        await look.shoot(path.slice(1));
      }
      await waitFor('the live line', () => page.locator('[data-testid="live-mark"][data-live="true"]').count());
    });
  });
});
