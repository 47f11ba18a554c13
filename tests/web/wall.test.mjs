/** The screen on a wall: what it shows from afar, alone, with a lost network, and when something breaks. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

const SCREENS = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];

/** A page's age from which it says so, and how often it reads: its own clock is set forward by that. */
const STALE_MILLIS = 31_000;
const READ_MILLIS = 5_000;

/** What a screen does in two minutes, and what may come to its page meanwhile: points of the curve, no row for each read. */
const READS = 24;
const ELEMENTS_MOST = 10 * READS;
/** How many reads a screen has to show all its parts, the same after one read as before it. */
const SETTLING_READS = 10;

let product;
let browser;
let api;
let siteId;
let key;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
  ({ site_id: siteId } = await addSite(api));
  key = (await api.post('api-keys', { name: 'Control room', role: 'display' })).secret;
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

describe('the wall display', () => {
  test('a screen with its own key shows the network, survives a lost network and lets a fault take it over', async () => {
    await addStation(api, { stationId: 'TO-150-1', siteId, name: 'Rapida 1' });
    const station = new Station('TO-150-1');
    await station.connect(product.ocppUrl);
    await station.status('Available');
    await visit(browser, product, { size: SCREENS[0], name: 'wall' }, async (page, { look, watch, context }) => {
      await page.clock.install();
      await page.goto(`/wall#key=${key}`);
      await page.getByTestId('wall').waitFor();
      assert.ok(!page.url().includes('key='), 'the key does not stay in the address');
      await waitFor('power', async () => /[1-9].*kW/.test(await page.getByTestId('wall-power').textContent()), {
        limitMillis: 60_000,
      });
      await page.locator('.bb-map-place, .bb-map-cluster').first().waitFor();
      await look.at('network', { sizes: SCREENS, isAlwaysDark: true });
      await look.paint('wall');

      await watch.whileOffline(async () => {
        await context.setOffline(true);
        await page.clock.fastForward(STALE_MILLIS);
        await page.getByTestId('wall-stale').waitFor();
        await look.shoot('stale');
        await context.setOffline(false);
        await page.clock.fastForward(READ_MILLIS);
        await page.getByTestId('wall-stale').waitFor({ state: 'detached' });
      });

      await station.status('Faulted', { errorCode: 'GroundFailure', info: 'Isolation below limit' });
      await page.locator('[data-testid="wall-takeover"][data-severity="critical"]').waitFor();
      assert.equal(await page.getByTestId('wall-acknowledge').count(), 0, 'a screen acknowledges nothing');
      await look.at('takeover', { sizes: SCREENS, isAlwaysDark: true });
      await api.post('stations/TO-150-1/faults/acknowledge');
      await page.getByTestId('wall-takeover').waitFor({ state: 'detached' });
      await page.getByTestId('wall-faults').getByText('Rapida 1').waitFor();
      await look.shoot('acknowledged');

      await page.goto(`/wall/site/${siteId}`);
      await page.getByTestId('wall').waitFor();
      await page.locator('.bb-busbar, [class*="bb-busbar"]').first().waitFor();
      await look.at('site', { sizes: SCREENS, isAlwaysDark: true });
      watch.expect(403, '/api/v1/stations');
      const other = await page.evaluate(async (bearer) => {
        const headers = { Authorization: `Bearer ${bearer}` };
        return (await fetch('/api/v1/stations', { headers })).status;
      }, key);
      assert.equal(other, 403);
    });
    await station.disconnect();
  });

  test('whoever is signed in acknowledges on the screen itself, and its memory stays flat', async () => {
    await addStation(api, { stationId: 'TO-150-2', siteId, name: 'Rapida 2' });
    const station = new Station('TO-150-2');
    await station.connect(product.ocppUrl);
    await station.status('Faulted', { errorCode: 'PowerSwitchFailure' });
    await visit(browser, product, { size: SCREENS[0], name: 'wall-staff' }, async (page, { context }) => {
      await page.clock.install();
      await page.goto('/wall?severity=major');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.locator('[data-testid="wall-takeover"][data-severity="major"]').waitFor();
      await page.getByTestId('wall-acknowledge').click();
      await page.getByTestId('wall-takeover').waitFor({ state: 'detached' });

      const devtools = await context.newCDPSession(page);
      await devtools.send('Performance.enable');
      const measure = async () => {
        await devtools.send('HeapProfiler.collectGarbage');
        const { metrics } = await devtools.send('Performance.getMetrics');
        const { Nodes: nodes, JSEventListeners: listeners } = Object.fromEntries(
          metrics.map(({ name, value }) => [name, value]),
        );
        return { nodes, listeners, heap: (await devtools.send('Runtime.getHeapUsage')).usedSize / 1e6 };
      };
      let reads = 0;
      page.on('response', (response) => {
        if (response.url().includes('/api/v1/wall')) reads += 1;
      });
      const read = async (times) => {
        for (const most = reads + times; reads < most; ) {
          const before = reads;
          await page.clock.fastForward(READ_MILLIS);
          await waitFor('another read', () => reads > before);
        }
      };
      // The map is a part that arrives after the page, with some three hundred listeners of its own.
      await page.locator('.maplibregl-canvas').waitFor();
      const settled = async () => {
        let before = await measure();
        for (let tries = 0; tries < SETTLING_READS; tries += 1) {
          await read(1);
          const now = await measure();
          if (now.nodes === before.nodes && now.listeners === before.listeners) return now;
          before = now;
        }
        return assert.fail('the screen never came to rest: each read left elements or listeners behind');
      };
      const first = await settled();
      await read(READS);
      const later = await measure();
      assert.ok(
        later.heap - first.heap < 3,
        `the heap grew from ${first.heap.toFixed(1)} to ${later.heap.toFixed(1)} MB`,
      );
      // What a page loses with each read is seen sooner in its elements and listeners than in its bytes.
      assert.ok(later.nodes - first.nodes < ELEMENTS_MOST, `from ${first.nodes} to ${later.nodes} elements`);
      assert.ok(later.listeners - first.listeners < READS, `from ${first.listeners} to ${later.listeners} listeners`);
    });
    await station.disconnect();
  });
});
