/** A driver's day with one phone, from the sign-up to the answer on a report: once in each language, by day or by night. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, visit } from './browser.mjs';
import { CameraBrowser } from './camera.mjs';
import { Product } from './product.mjs';
import { waitFor } from './wait.mjs';
import { addSite, plant } from './world.mjs';

const days = [
  { language: 'zh', locale: 'zh-CN', colorScheme: 'dark', name: '王小明', stationName: '一号桩' },
  { language: 'en', locale: 'en-GB', colorScheme: 'light', name: 'Ada Marsh', stationName: 'Column 2' },
  { language: 'it', locale: 'it-IT', colorScheme: 'dark', name: 'Giulia Ferri', stationName: 'Colonna 3' },
];

let product;
let camera;
let api;
let siteId;

before(async () => {
  [product, camera] = await Promise.all([Product.start({ isDemo: true }), CameraBrowser.start()]);
  api = await product.signIn();
  ({ site_id: siteId } = await addSite(api));
  const [{ tariff_id: tariffId }] = (await api.get('tariffs')).items;
  await api.post('tariff-assignments', { tariff_id: tariffId, scope: 'site', subject: siteId });
});

after(async () => {
  await camera?.close();
  await product?.stop();
});

/** A station of the day's own, whose label is before the camera. */
async function plantLabelled(stationId, name) {
  const station = await plant(product, api, { stationId, siteId, name });
  await camera.show(await api.text(`stations/${stationId}/qr?evse_id=1`));
  return station;
}

async function signUp(page, look, { name, email }) {
  await page.goto('/app/account');
  await page.getByTestId('to-sign-up').click();
  await page.getByTestId('sign-in-submit').waitFor();
  await look.here('1-sign-up');
  await page.getByTestId('name').fill(name);
  await page.getByTestId('email').fill(email);
  await page.getByTestId('password').fill('una frase lunga');
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('me-email').waitFor();
  const { items } = await api.get(`drivers?q=${encodeURIComponent(email)}`);
  await api.post(`drivers/${items[0].driver_id}/wallet/adjust`, { amount: 10_000, reason: 'a gift' });
}

async function findAndScan(page, look, station) {
  await page.getByTestId('tab-nearby').click();
  await page.locator(`[data-testid="station-card"][data-station-id="${station.stationId}"]`).waitFor();
  await look.here('2-nearby');
  await page.getByTestId('tab-code').click();
  await page.waitForURL(`**/app/s/${station.stationId}/1`);
  await page.locator('[data-testid="evse-1"][data-status="available"]').waitFor();
  await page.getByTestId('price').waitFor();
  await look.here('3-station', { isFull: true });
}

async function charge(page, look, station) {
  await page.getByTestId('start').click();
  await page.locator('[data-testid="stage-plugged"][data-state="now"]').waitFor();
  await look.here('4-starting');
  const { idTag } = await station.takeAsked('RemoteStartTransaction');
  await station.status('Preparing');
  await station.startTransaction({ idTag });
  await station.status('Charging');
  await station.meter({ energyWh: '0', powerW: '7713.6', current: '31.99' });
  await station.meter({ energyWh: '1204.4', powerW: '7701.0', current: '31.94' });
  await page.locator('[data-testid="charging-state"][data-state="charging"]').waitFor();
  await waitForEnergy(page, /1[.,]2/);
  await page.getByTestId('cost').waitFor();
  await look.here('5-charging', { isFull: true });
}

function waitForEnergy(page, figure) {
  return waitFor(`the energy ${figure}`, async () => figure.test(await page.getByTestId('energy').textContent()));
}

/** No network: the figures turn grey and tell their age, also to somebody who comes back to the app meanwhile. */
async function loseNetwork(page, { look, watch, context }, station) {
  const charging = page.getByTestId('session-charging');
  await watch.whileOffline(async () => {
    await context.setOffline(true);
    await page.locator('[data-testid="session-charging"][data-stale]').waitFor({ timeout: 60_000 });
    await charging.locator('.bb-stale').first().waitFor();
    assert.match(await page.getByTestId('energy').textContent(), /1[.,]2/);
    await look.here('6-offline');
    await context.setOffline(false);
    await page.locator('[data-testid="session-charging"]:not([data-stale])').waitFor({ timeout: 60_000 });
  });
  await station.meter({ energyWh: '6101.7', powerW: '7650.2', current: '31.73' });
  await waitForEnergy(page, /6[.,]1/);
}

async function stop(page, look, station) {
  await page.getByTestId('stop').click();
  await page.getByTestId('stop-confirm').click();
  await station.takeAsked('RemoteStopTransaction');
  await station.stopTransaction({ meterStop: 6379, register: '6379.259277', reason: 'Remote' });
  await station.status('Available');
  await page.getByTestId('receipt-pdf').waitFor();
  assert.equal(await page.getByTestId('receipt-energy').getAttribute('data-energy-wh'), '6379');
  await page.getByTestId('receipt-price').waitFor();
  await look.here('7-receipt', { isFull: true });
}

async function askForInvoice(page, look, name) {
  await page.getByTestId('ask-invoice').click();
  await page.getByTestId('buyer-name').fill(name);
  await page.getByTestId('buyer-vat_id').fill('IT01234567897');
  await look.here('8-invoice-form');
  await page.getByTestId('form-submit').click();
  await page.getByTestId('invoice-pdf').waitFor();
  for (const kind of ['receipt', 'invoice']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`${kind}-pdf`).click()]);
    assert.match(download.suggestedFilename(), /\.pdf$/);
  }
  await look.here('8-invoice', { isFull: true });
}

async function report(page, look, language) {
  await page.getByTestId('report').click();
  await page.getByTestId('report-damaged').check();
  await page.getByTestId('report-text').fill('2 × 3');
  const picture = await page.screenshot({ type: 'png' });
  await page.getByTestId('photo-file').setInputFiles({ name: 'cable.png', mimeType: 'image/png', buffer: picture });
  await page.locator('.bd-photo img').waitFor();
  await look.here('9-report', { isFull: true });
  await page.getByTestId('report-send').click();
  await page.locator('[data-testid="report-page"][data-status="open"]').waitFor();
  const [{ complaint_id: id, photo_ids: photos }] = (await api.get('complaints')).items;
  assert.equal(photos.length, 1);
  await api.post(`complaints/${id}/answer`, { status: 'resolved', text: 'OK' });
  await page.goto('/app/reports');
  await page.locator('[data-testid="report-row"][data-status="resolved"]').click();
  await page.locator('[data-testid="report-page"][data-status="resolved"]').waitFor();
  await page.locator('.bd-photo img').waitFor();
  await look.here('9-answer', { isFull: true });
  if (language === 'en') await look.paint('driver-report');
}

describe("a driver's day", () => {
  for (const [index, day] of days.entries()) {
    const { language, locale, colorScheme, name, stationName } = day;
    test(`in ${language}, ${colorScheme}: from the sign-up to the answer on a report`, async () => {
      const station = await plantLabelled(`TO-DAY-${index}`, stationName);
      const options = { size: sizes.phone, name: `day-${language}`, locale, colorScheme, permissions: ['camera'] };
      await visit(camera.browser, product, options, async (page, given) => {
        const { look } = given;
        await signUp(page, look, { name, email: `day-${language}@example.org` });
        await findAndScan(page, look, station);
        await charge(page, look, station);
        await loseNetwork(page, given, station);
        await stop(page, look, station);
        await askForInvoice(page, look, name);
        await report(page, look, language);
        await page.goto('/app/history');
        await page.getByTestId('month-cost').waitFor();
        assert.equal(await page.locator('[data-testid="history-row"][data-state="ended"]').count(), 1);
        await look.here('10-history');
        if (language === 'en') await look.paint('driver-history');
        assert.equal(await page.evaluate(() => document.documentElement.lang.slice(0, 2)), language);
      });
      await station.disconnect();
    });
  }
});
