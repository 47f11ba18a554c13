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

  test('a driver keeps vehicles, favourites and cards, and waits for a free connector', async () => {
    const station = await plant('TO-22-2', 'Colonna 2');
    for (let day = 1; day <= 21; day++) {
      const begin = Date.now() - day * 86_400_000 - (day % 5) * 3_600_000;
      await station.startTransaction({ idTag: `TAG-${day}`, at: new Date(begin).toISOString() });
      await station.stopTransaction({ meterStop: 9_000, at: new Date(begin + 5_400_000).toISOString() });
    }
    await station.status('Charging');
    await withPhone('things', {}, async (page, { look }) => {
      await signUp(page, 'giulia.things@example.org', '/s/TO-22-2');
      await page.locator('[data-testid="evse-1"][data-status="charging"]').waitFor();
      await page.getByTestId('popular-times').waitFor();
      await page.getByTestId('favourite').click();
      await page.locator('[data-testid="favourite"][aria-pressed="true"]').waitFor();
      await page.getByTestId('await-station').click();
      await page.locator('[data-testid="await-station"][aria-pressed="true"]').waitFor();
      await look.at('station-busy', { isFull: true });
      await station.status('Available');
      await waitFor('the wait to be over', async () => {
        await page.reload();
        return (await page.locator('[data-testid="evse-1"][data-status="available"]').count()) === 1;
      });

      await page.goto('/app/?mine=true');
      await page.locator('[data-testid="station-card"][data-station-id="TO-22-2"]').waitFor();
      assert.equal(await page.getByTestId('station-card').count(), 1);
      await page.getByTestId('filter-open').click();
      assert.ok(await page.getByTestId('filter-favourites').isChecked());
      await look.shoot('favourites');

      await page.goto('/app/account');
      await page.getByTestId('push').waitFor();
      await look.at('account', { isFull: true });
      await page.getByTestId('to-vehicles').click();
      await page.getByTestId('vehicles').waitFor();
      await page.getByTestId('vehicle-add').click();
      await page.getByTestId('vehicle-name').fill('Blue one');
      await page.getByTestId('vehicle-plate').fill('gh 482 kt');
      await page.getByTestId('vehicle-connector').selectOption('ccs2');
      await page.getByTestId('vehicle-battery').fill('58');
      await look.at('vehicle-form');
      await page.getByTestId('form-submit').click();
      await page.getByTestId('vehicle').waitFor();
      assert.match(await page.getByTestId('vehicle').textContent(), /GH 482 KT.*CCS 2.*58/);
      await look.at('vehicles');
      await page.getByTestId('vehicle').click();
      await page.getByTestId('vehicle-remove').click();
      await page.getByTestId('vehicle-remove-sheet').waitFor();
      await look.here('vehicle-remove');
      await page.getByTestId('vehicle-remove-sheet').getByTestId('form-submit').click();
      await page.getByTestId('vehicle').waitFor({ state: 'detached' });

      const { items } = await api.get('drivers?q=giulia.things');
      await api.put('tokens/04AABBCCDD', { label: 'Blue card', driver_id: items[0].driver_id });
      await page.goto('/app/cards');
      await page.getByTestId('card-freeze').click();
      await page.locator('[data-testid="card"][data-status="frozen"]').waitFor();
      await page.getByTestId('card-lost').click();
      await page.getByTestId('card-lost-sheet').waitFor();
      await page.getByTestId('form-submit').click();
      await page.locator('[data-testid="card"][data-status="lost"]').waitFor();
      await api.post('tokens/04AABBCCDD/replace', { value: '04EEFF0011' });
      await page.reload();
      await page.locator('[data-testid="card"][data-status="replaced"]').waitFor();
      assert.match(await page.getByTestId('cards').textContent(), /…0011/);
      await look.at('cards');
    });
    await station.disconnect();
  });

  test('a driver reports a problem with a photo and follows what becomes of it', async () => {
    await addStation(api, { stationId: 'TO-22-3', siteId, name: 'Colonna 3' });
    await withPhone('report', {}, async (page, { look }) => {
      await signUp(page, 'giulia.report@example.org', '/s/TO-22-3');
      await page.getByTestId('report').click();
      await page.getByTestId('report-new').waitFor();
      await page.getByTestId('report-damaged').check();
      await page.getByTestId('report-text').fill('The cable is torn near the plug.');
      const picture = await page.screenshot({ type: 'png' });
      await page.getByTestId('photo-file').setInputFiles({ name: 'cable.png', mimeType: 'image/png', buffer: picture });
      await page.locator('.bd-photo img').waitFor();
      await look.at('new', { isFull: true });
      await page.getByTestId('report-send').click();
      await page.locator('[data-testid="report-page"][data-status="open"]').waitFor();
      await page.locator('.bd-photo img').waitFor();
      const [report] = (await api.get('complaints')).items;
      assert.equal(report.photo_ids.length, 1);
      await api.post(`complaints/${report.complaint_id}/answer`, { status: 'resolved', text: 'We changed the cable.' });
      await page.reload();
      await page.locator('[data-testid="report-page"][data-status="resolved"]').waitFor();
      await look.at('answered', { isFull: true });
      await page.goto('/app/reports');
      await page.locator('[data-testid="report-row"][data-status="resolved"]').waitFor();
      await look.at('list');
    });
  });

  test('a driver has a connector kept, sees how long it is, and gives it free', async () => {
    await api.put('reservation-rules', { is_allowed: true, minutes_max: 30, per_driver_max: 1 });
    const station = await plant('TO-22-4', 'Colonna 4');
    station.answers.ReserveNow = { status: 'Accepted' };
    station.answers.CancelReservation = { status: 'Accepted' };
    const kept = (page, state) => page.locator(`[data-testid="kept-place"][data-state="${state}"]`);
    const row = (page, state) => page.locator(`[data-testid="reservation-row"][data-state="${state}"]`);
    await withPhone('reserve', {}, async (page, { look }) => {
      await signUp(page, 'giulia.reserve@example.org', '/s/TO-22-4/1');
      await page.getByTestId('reserve').click();
      await page.getByTestId('reserve-costs').waitFor();
      await look.at('reserve-sheet');
      await page.getByTestId('reserve-submit').click();
      assert.equal((await station.takeAsked('ReserveNow')).connectorId, 1);
      await kept(page, 'held').waitFor();
      await station.status('Reserved');
      await look.here('kept');
      await page.goto('/app/reservations');
      await row(page, 'held').waitFor();
      await look.here('reservations');
      await row(page, 'held').click();
      await page.getByTestId('reservation-cancel').click();
      await station.takeAsked('CancelReservation');
      await kept(page, 'held').waitFor({ state: 'detached' });

      station.answers.ReserveNow = { status: 'Occupied' };
      await station.status('Available');
      await page.getByTestId('reserve').click();
      await page.getByTestId('reserve-submit').click();
      await station.takeAsked('ReserveNow');
      await page.goto('/app/reservations');
      await row(page, 'refused').waitFor();
      await row(page, 'cancelled').waitFor();
    });
    await station.disconnect();
  });

  test('a message of the server is shown by the phone', async () => {
    await withPhone('push', { permissions: ['notifications'] }, async (page, { context }) => {
      await page.goto('/app/');
      await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
      const devtools = await context.newCDPSession(page);
      const versions = [];
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => versions.push(...registrations));
      await devtools.send('ServiceWorker.enable');
      const { registrationId } = await waitFor('the registration', () => versions[0]);
      const notice = { title: 'Charging has begun', body: 'Colonna 1', path: '/app/sessions/x', topic: 'started' };
      await devtools.send('ServiceWorker.deliverPushMessage', {
        origin: product.httpUrl,
        registrationId,
        data: JSON.stringify(notice),
      });
      const shown = await waitFor('the notice', () =>
        page.evaluate(async () => {
          const found = await (await navigator.serviceWorker.ready).getNotifications();
          return found.map(({ title, body, data }) => ({ title, body, path: data.path }))[0];
        }),
      );
      assert.deepEqual(shown, { title: notice.title, body: notice.body, path: notice.path });
    });
  });
});
