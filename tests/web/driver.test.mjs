/** What a driver does with the app, at the size of a phone: from the label on the station to the receipt. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { Product } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

const MILAN = { latitude: 45.4849, longitude: 9.2033 };
const PASSWORD = 'una frase lunga';

let product;
let browser;
let api;
let siteId;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
  ({ site_id: siteId } = await addSite(api));
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

/** Visit with a phone. */
function withPhone(name, options, deed) {
  return visit(browser, product, { size: sizes.phone, name: `driver-${name}`, ...options }, deed);
}

/** A station of the test's own, connected and free. */
async function plant(stationId, name) {
  await addStation(api, { stationId, siteId, name });
  const station = new Station(stationId);
  assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
  await station.status('Available');
  return station;
}

/** Money for a new driver of the demo, whose operator is paid before the charge. */
async function giveMoney(email) {
  const driver = await waitFor('the driver to be known', async () => {
    const { items } = await api.get(`drivers?q=${encodeURIComponent(email)}`);
    return items[0];
  });
  await api.post(`drivers/${driver.driver_id}/wallet/adjust`, { amount: 10_000, reason: 'a gift' });
}

/** Sign up on the page that is open, or on the one that `Start` led to. */
async function signUp(page, email) {
  await page.getByTestId('name').fill('Giulia Ferri');
  await page.getByTestId('email').fill(email);
  await page.getByTestId('password').fill(PASSWORD);
  await page.getByTestId('sign-in-submit').click();
  await giveMoney(email);
}

function stage(page, name, state) {
  return page.locator(`[data-testid="stage-${name}"][data-state="${state}"]`);
}

/** While the network is gone the figures are grey and tell their age; then they are live again. */
async function loseNetwork(page, { watch, look, context }) {
  await watch.whileOffline(async () => {
    await context.setOffline(true);
    await page.locator('[data-testid="session-charging"][data-stale]').waitFor({ timeout: 60_000 });
    await look.at('offline');
    await context.setOffline(false);
    await page.locator('[data-testid="session-charging"]:not([data-stale])').waitFor({ timeout: 40_000 });
  });
}

/** Look around: the list, the filter, the map. */
async function findStation(page, look) {
  await page.goto('/app/');
  const free = page.locator('[data-testid="station-card"][data-station-id="FREE-MI-1"]');
  await free.waitFor();
  await page.locator('[data-testid="station-card"][data-availability="free"]').first().waitFor();
  await look.at('nearby');
  await look.paint('driver-nearby');
  await page.getByTestId('filter-open').click();
  await page.getByTestId('filter-sheet').waitFor();
  await look.at('filter');
  await page.getByTestId('filter-kind-type2').check();
  await page.getByTestId('filter-free').check();
  await page.getByTestId('filter-open-now').check();
  await page.getByTestId('filter-price-2000').check();
  await page.getByTestId('filter-done').click();
  await free.waitFor();
  assert.match(await free.getByTestId('station-price').textContent(), /€17\.70/);
  await page.getByTestId('filter-open').click();
  await page.getByTestId('filter-price-1000').check();
  await page.getByTestId('filter-done').click();
  await free.waitFor({ state: 'detached' });
  await page.getByTestId('filter-open').click();
  await page.getByTestId('filter-price-any').check();
  await page.getByTestId('filter-done').click();
  await free.waitFor();
  await page.locator('[data-testid="station-card"][data-station-id="FREE-MI-2"]').waitFor({ state: 'detached' });
  await page.getByTestId('view-map').check();
  await page.getByTestId('station-map').waitFor();
  await page.locator('.bb-map-place, .bb-map-cluster').first().waitFor();
  await look.at('map');
}

describe('the driver app', () => {
  test('a driver finds a station, charges there and keeps the receipt', async () => {
    const options = { geolocation: MILAN, permissions: ['geolocation'] };
    await withPhone('demo', options, async (page, { look }) => {
      await findStation(page, look);
      await page.getByTestId('tab-account').click();
      await page.getByTestId('account').waitFor();
      await look.at('account-nobody');
      await page.getByTestId('to-sign-up').click();
      await page.getByTestId('sign-in-submit').waitFor();
      await look.at('sign-up');
      await signUp(page, 'giulia.demo@example.org');
      await page.getByTestId('tab-code').click();
      await page.getByTestId('code').waitFor();
      await look.at('code');
      await page.getByTestId('code').fill('FREE-MI-1');
      await page.getByTestId('code-submit').click();

      await page.waitForURL('**/app/s/FREE-MI-1*');
      await page.locator('[data-testid="evse-1"][data-status="available"]').waitFor();
      await page.getByTestId('price').click();
      await page.getByTestId('price-example').waitFor();
      await look.at('price');
      await look.paint('driver-price');
      await page.keyboard.press('Escape');
      await page.getByTestId('start').click();
      await page.getByTestId('session-starting').or(page.getByTestId('session-charging')).first().waitFor();
      await page.getByTestId('session-charging').waitFor({ timeout: 40_000 });
      await page.getByTestId('cost').waitFor();
      await page.locator('[data-testid="charging-state"][data-state="charging"]').waitFor();
      const energy = page.getByTestId('energy');
      await waitFor('energy to be counted', async () => /[1-9]/.test(await energy.textContent()), {
        limitMillis: 40_000,
      });
      assert.match(await page.getByTestId('power').textContent(), /[1-9].*kW/);

      await page.getByTestId('stop').click();
      await page.getByTestId('stop-sheet').waitFor();
      await look.shoot('stop-sheet');
      await page.getByTestId('stop-confirm').click();
      await page.getByTestId('receipt').waitFor();
      const energyWh = Number(await page.getByTestId('receipt-energy').getAttribute('data-energy-wh'));
      assert.ok(energyWh > 0, `the receipt tells ${energyWh} Wh`);
      await page.getByTestId('receipt-price').waitFor();

      await page.getByTestId('tab-history').or(page.getByTestId('to-history')).first().click();
      const row = page.locator('[data-testid="history-row"][data-state="ended"]');
      await row.waitFor();
      assert.equal(await row.count(), 1);
      const month = page.getByTestId('month-sum').first();
      assert.equal(Number(await month.getAttribute('data-energy-wh')), energyWh);
      await look.at('history');
    });
  });

  test('the app shows each step as the station takes it, and outlasts a reload and a lost network', async () => {
    const station = await plant('TO-22-1', 'Colonna 1');
    await withPhone('steps', {}, async (page, { look, watch, context }) => {
      await page.goto('/app/s/TO-22-1/1');
      await page.locator('[data-testid="evse-1"][data-status="available"]').waitFor();
      await look.at('station');
      await page.getByTestId('start').click();
      await page.getByTestId('sign-in-submit').waitFor();
      await signUp(page, 'giulia.steps@example.org');
      await page.waitForURL('**/app/s/TO-22-1/1');
      await page.getByTestId('start').click();

      await stage(page, 'accepted', 'done').waitFor();
      await stage(page, 'plugged', 'now').waitFor();
      const { idTag, connectorId } = await station.takeAsked('RemoteStartTransaction');
      assert.equal(connectorId, 1);
      await look.at('starting');
      await station.status('Preparing');
      assert.equal((await station.startTransaction({ idTag })).idTagInfo.status, 'Accepted');
      await page.getByTestId('session-charging').waitFor();
      await look.shoot('waiting-for-power');
      await station.status('Charging');
      await station.meter({ energyWh: '0', powerW: '7713.6', current: '31.99' });
      await waitFor('the power', async () => (await page.getByTestId('power').textContent()).includes('7.7'));
      await station.meter({ energyWh: '1204.4', powerW: '7701.0', current: '31.94' });
      await waitFor('the energy', async () => (await page.getByTestId('energy').textContent()).includes('1.2'));
      assert.match(await page.getByTestId('voltage').textContent(), /241/);
      await look.at('charging', { isFull: true });
      await look.paint('driver-charging');

      await page.reload();
      await page.getByTestId('session-charging').waitFor();
      assert.match(await page.getByTestId('energy').textContent(), /1\.2/);
      await page.goto('/app/');
      await page.getByTestId('active-session').waitFor();
      await page.getByTestId('active-session').click();
      await page.getByTestId('session-charging').waitFor();

      await loseNetwork(page, { watch, look, context });
      await station.meter({ energyWh: '6101.7', powerW: '7650.2', current: '31.73' });
      await waitFor('the energy after the break', async () =>
        (await page.getByTestId('energy').textContent()).includes('6.1'),
      );

      await page.getByTestId('happenings').locator('summary').click();
      await look.shoot('happenings');
      await page.getByTestId('stop').click();
      await page.getByTestId('stop-keep').click();
      await page.getByTestId('stop-sheet').waitFor({ state: 'hidden' });
      await page.getByTestId('stop').click();
      await page.getByTestId('stop-confirm').click();
      await station.takeAsked('RemoteStopTransaction');
      await page.getByTestId('stop-steps').waitFor();
      await look.at('stopping');
      await station.stopTransaction({ meterStop: 6379, register: '6379.259277', reason: 'EVDisconnected' });
      await station.status('Available');
      await page.getByTestId('receipt').waitFor();
      await look.at('receipt', { isFull: true });
      await look.paint('driver-receipt');
      assert.equal(await page.getByTestId('receipt-energy').getAttribute('data-energy-wh'), '6379');
      assert.match(await page.getByTestId('receipt-reason').textContent(), /unplugged/);
    });
    await station.disconnect();
  });

  test('a station that refuses, one that is offline and a code that nobody knows are told in plain words', async () => {
    const station = await plant('TO-22-2', 'Colonna 2');
    station.answers.RemoteStartTransaction = { status: 'Rejected' };
    await withPhone('refusals', {}, async (page, { look, watch }) => {
      await page.goto('/app/sign-in?next=/s/TO-22-2/1');
      await signUp(page, 'giulia.refusals@example.org');
      await page.waitForURL('**/app/s/TO-22-2/1');
      await page.getByTestId('start').click();
      await page.locator('[data-testid="session-failed"][data-reason="rejected"]').waitFor();
      await look.at('refused');
      await page.getByTestId('try-again').click();
      await page.getByTestId('start').waitFor();
      await station.disconnect();
      await page.locator('[data-testid="start-advice"][data-advice="offline"]').waitFor();
      assert.equal(await page.getByTestId('start').isDisabled(), true);
      await look.at('station-offline');

      watch.expect(404, '/driver/stations/NO-SUCH');
      watch.tolerate(404, '/driver/stations/NO-SUCH'); // asked again when some station has news
      await page.goto('/app/s/NO-SUCH/1');
      await page.getByTestId('page-problem').waitFor();
      await look.at('unknown-code');
    });
  });

  test('a wrong password and a second account with the same address are refused in plain words', async () => {
    await withPhone('sign-in', {}, async (page, { look, watch }) => {
      watch.expect(401, '/driver/sign-in');
      await page.goto('/app/sign-in?mode=in');
      await page.getByTestId('email').fill('driver@example.org');
      await page.getByTestId('password').fill('not this one');
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('sign-in-problem').waitFor();
      await look.at('wrong-password');

      watch.expect(409, '/driver/sign-up');
      await page.getByTestId('mode-sign-up').check();
      await signUp(page, 'driver@example.org');
      await page.getByTestId('sign-in-problem').waitFor();
      await look.shoot('email-taken');

      await page.getByTestId('mode-sign-in').check();
      await page.getByTestId('email').fill('driver@example.org');
      await page.getByTestId('password').fill('busbar-demo');
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('tab-account').click();
      await page.getByTestId('me-email').waitFor();
      await look.at('account');
      await page.getByTestId('tab-history').click();
      await page.getByTestId('history').waitFor();
      await look.at('history-empty');
      await page.getByTestId('tab-account').click();
      await page.getByTestId('sign-out').click();
      await page.getByTestId('to-sign-in').waitFor();
    });
  });

  for (const [language, title] of [
    ['zh', '充电'],
    ['it', 'Stazioni'],
  ]) {
    test(`the app speaks ${language}, by night as well, and remembers it`, async () => {
      await withPhone(language, {}, async (page, { look }) => {
        await page.goto('/app/account');
        await page.getByTestId(`language-${language}`).click();
        await page.getByTestId('look-dark').check();
        await waitFor('the language', async () =>
          (await page.evaluate(() => document.documentElement.lang)).startsWith(language),
        );
        await waitFor(
          'the dark look',
          async () => (await page.evaluate(() => document.documentElement.dataset.theme)) === 'dark',
        );
        await look.shoot('account');
        await page.goto('/app/');
        await page.getByTestId('station-list').waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang.slice(0, 2)), language);
        assert.ok((await page.title()).length > 0);
        await look.shoot('nearby');
        assert.ok((await page.locator('h1').first().textContent()).includes(title));
        await page.goto('/app/s/FREE-MI-2/1');
        await page.getByTestId('evse-1').waitFor();
        await look.shoot('station');
        await page.goto('/app/sign-in');
        await page.getByTestId('sign-in-submit').waitFor();
        await look.shoot('sign-up');
        await page.goto('/app/code');
        await page.getByTestId('code').waitFor();
        await look.shoot('code');
      });
    });
  }
});
