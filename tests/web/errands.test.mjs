/** What a driver may do besides charging: say when to stop, and everything that is kept for a driver. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { Product } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

let product;
let browser;
let api;
let siteId;

before(async () => {
  [product, browser] = await Promise.all([Product.start(), startBrowser()]);
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

/** Sign up, and come to the page `next`. */
async function signUp(page, email, next) {
  await page.goto(`/app/sign-in?next=${next}`);
  await page.getByTestId('name').fill('Giulia Ferri');
  await page.getByTestId('email').fill(email);
  await page.getByTestId('password').fill('una frase lunga');
  await page.getByTestId('sign-in-submit').click();
  await page.waitForURL(`**/app${next}`);
}

/** Start on the station's page, and let the station charge. */
async function charge(page, station) {
  await page.getByTestId('start').click();
  const { idTag } = await station.takeAsked('RemoteStartTransaction');
  await station.startTransaction({ idTag });
  await page.getByTestId('session-charging').waitFor();
  await station.status('Charging');
}

describe("the driver's errands", () => {
  test('a charge stops by itself at the energy that the driver chose, with the phone away', async () => {
    const station = await plant('TO-22-1', 'Colonna 1');
    await withPhone('target', {}, async (page, { look }) => {
      await signUp(page, 'giulia.target@example.org', '/s/TO-22-1/1');
      await charge(page, station);
      await station.meter({ energyWh: '5200', powerW: '21600', current: '31.3' });
      await waitFor('the energy', async () => (await page.getByTestId('energy').textContent()).includes('5.2'));
      await page.getByTestId('target-open').click();
      await page.getByTestId('target-save').waitFor();
      await look.at('target-sheet');
      const value = page.getByTestId('target-value');
      assert.equal(await value.getAttribute('data-value'), '16000');
      await page.getByTestId('target-less').click();
      assert.equal(await value.getAttribute('data-value'), '15000');
      await page.getByTestId('target-save').click();
      await page.locator('[data-testid="target"][data-mode="energy"]').waitFor();
      await look.at('target', { isFull: true });
      const address = page.url();
      await page.goto('about:blank');
      await station.meter({ energyWh: '14200', powerW: '0', current: '0' });
      await station.meter({ energyWh: '15010', powerW: '21600', current: '31.3' });
      assert.deepEqual(await station.takeAsked('RemoteStopTransaction'), { transactionId: station.transactionId });
      await page.goto(address);
      await page.locator('[data-testid="target"][data-reached]').waitFor();
      await look.shoot('target-reached');
      await station.stopTransaction({ meterStop: 15_012, reason: 'Remote' });
      await page.getByTestId('receipt').waitFor();
    });
    await station.disconnect();
  });
});
