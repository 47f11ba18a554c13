/** An operator's day at a desk, from a station that is set up to the month's report: once in each language, by day or by night. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { choose, signIn, takeAlong } from './desk.mjs';
import { Product } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, payIn, signUpDriver } from './world.mjs';

const days = [
  { language: 'zh', locale: 'zh-CN', colorScheme: 'light', driver: '王小明', stationName: '一号桩' },
  { language: 'en', locale: 'en-GB', colorScheme: 'light', driver: 'Ada Marsh', stationName: 'Column 2' },
  { language: 'it', locale: 'it-IT', colorScheme: 'dark', driver: 'Giulia Ferri', stationName: 'Colonna 3' },
];

let product;
let browser;
let api;
let site;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
  site = await addSite(api);
  await waitFor('the demo to enter its provider', async () => (await api.get('payment-accounts')).items.length > 0);
  const [{ tariff_id: tariffId }] = (await api.get('tariffs')).items;
  await api.post('tariff-assignments', { tariff_id: tariffId, scope: 'site', subject: site.site_id });
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

/** Enter a station, see what it does wrong at the door, put it right, and see it arrive; returns it, connected. */
async function onboard(page, look, { stationId, stationName, language }) {
  await page.getByTestId('nav-stations').click();
  await page.getByTestId('station-create').click();
  await page.getByTestId('station-form-id').fill(stationId);
  await page.getByTestId('station-form-name').fill(stationName);
  await choose(page, 'station-form-site', site.name);
  await page.getByTestId('connector-add').click();
  await look.here('2-form');
  await page.getByTestId('station-form-save').click();
  const password = (await page.getByTestId('secret').textContent()).trim();
  await page.keyboard.press('Escape');
  await page.goto(`/stations/${stationId}`);
  await page.getByTestId('arrival').waitFor();
  await new Station(stationId).connect(product.ocppUrl).catch(() => undefined);
  await page.getByTestId('refusal-no_credentials').waitFor();
  await look.here('3-waiting', { isFull: true });
  if (language === 'en') await look.paint('arrival');
  const station = new Station(stationId, { password });
  assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
  await station.status('Available');
  await page.locator('[data-testid="connector-status-1-1"][data-state="available"]').waitFor();
  await page.getByTestId('arrival').waitFor({ state: 'detached' });
  return station;
}

/** Watch a charge on the page of its station, and what it cost on its own. */
async function watchCharge(page, look, station, idTag) {
  await station.startTransaction({ idTag });
  await station.status('Charging');
  await station.meter({ energyWh: '0', powerW: '7713.6', current: '31.99', soc: 41 });
  await station.meter({ energyWh: '2204.4', powerW: '7701.0', current: '31.94', soc: 46 });
  await page.getByTestId('evse-session-1').waitFor();
  await look.here('4-charging', { isFull: true });
  await page.getByTestId('evse-session-1').click();
  await waitFor('the energy', async () => /2[.,]2/.test(await page.getByTestId('session-energy').textContent()));
  await station.stopTransaction({ meterStop: 6379, register: '6379.259277', reason: 'EVDisconnected' });
  await page.getByTestId('session-stop-reason').waitFor();
  await page.getByTestId('session-cost').waitFor();
  await page.locator('[data-testid="session-curve"] canvas').waitFor();
  await look.here('5-session', { isFull: true });
}

/** A fault stands on the first page until somebody takes it on. */
async function handleFault(page, look, station) {
  await page.getByTestId('nav-overview').click();
  await station.status('Faulted', { errorCode: 'GroundFailure', info: 'Isolation below limit' });
  const acknowledge = page.getByTestId(`attention-acknowledge-${station.stationId}`);
  await acknowledge.waitFor();
  await look.here('6-fault');
  await acknowledge.click();
  await acknowledge.waitFor({ state: 'detached' });
  await station.status('Available');
}

/** Give a driver a part of a payment back. */
async function refund(page, look, { driver: name, language }) {
  await page.getByTestId('nav-payments').click();
  const row = page.getByTestId('payments').locator('tbody tr', { hasText: name });
  await row.click();
  await page.getByTestId('refund-amount').fill('12.50');
  await look.here('7-payment');
  await page.getByTestId('refund').click();
  await page.getByTestId('ask-yes').click();
  await waitFor('the refund', async () => {
    const { items } = await api.get('payments');
    return items.find(({ driver_name: payer }) => payer === name).refunded === 1_250;
  });
  await page
    .getByTestId('payment')
    .getByText(/12[.,]50/)
    .first()
    .waitFor();
  await look.here('8-refunded');
  if (language === 'en') await look.paint('refund');
  await page.keyboard.press('Escape');
  const { name: fileName, content } = await takeAlong(page, 'csv');
  assert.match(fileName, /^busbar-payments-.*\.csv$/);
  assert.ok(content.toString().includes(name), 'the payment stands in the file');
}

/** Send one command to what a search finds, and read what each said. */
async function command(page, look, station) {
  await page.goto(`/stations?q=${station.stationId}`);
  await page.getByTestId(`stations-select-${station.stationId}`).check();
  await page.getByTestId('bulk-open').click();
  await page.getByTestId('bulk-restart').click();
  await look.here('9-asked');
  await page.getByTestId('bulk-confirm').click();
  assert.deepEqual(await station.takeAsked('Reset'), { type: 'Hard' });
  await page.locator('[data-testid="bulk-results"] li[data-outcome="accepted"]').waitFor();
  await look.here('10-answers');
}

async function readMonth(page, look, language) {
  await page.goto('/reports');
  await page.getByTestId('report').locator('tbody tr', { hasText: site.name }).waitFor();
  await look.here('11-month', { isFull: true });
  if (language === 'en') await look.paint('month');
  // What the page shows stands in its address: it can be sent to somebody.
  await page.goto('/reports?by=day&figure=energy&from=2026-01-01');
  await page.locator('[data-testid="report"] .ant-segmented-item-selected').nth(1).waitFor();
  assert.equal(await page.getByTestId('report').locator('tbody tr', { hasText: site.name }).count(), 0, 'by day');
  await page.getByTestId('report').locator('.ant-segmented-item').first().click();
  await page.waitForURL(/[?&]by=site/);
  await page.getByTestId('report').locator('tbody tr', { hasText: site.name }).waitFor();
  const [pdf] = await Promise.all([page.waitForEvent('download'), page.getByTestId('report-pdf').click()]);
  assert.match(pdf.suggestedFilename(), /\.pdf$/);
}

describe("an operator's day", () => {
  for (const [index, day] of days.entries()) {
    const { language, locale, colorScheme, driver: name } = day;
    test(`in ${language}, ${colorScheme}: from a new station to the month's report`, async () => {
      const idTag = `OFFICE${index}`;
      const person = { email: `office-${language}@example.org`, password: 'una frase lunga', name };
      const driver = await signUpDriver(product, api, person);
      await payIn(driver, 5_000);
      await api.put(`tokens/${idTag}`, { kind: 'rfid', driver_id: driver.driverId });
      const options = { size: sizes.wide, name: `office-${language}`, locale, colorScheme };
      await visit(browser, product, options, async (page, { look }) => {
        await page.goto('/');
        await signIn(page);
        await page.getByTestId('overview-power').waitFor();
        await page.locator('.bb-map-place, .bb-map-cluster').first().waitFor();
        await look.here('1-now');
        const station = await onboard(page, look, { ...day, stationId: `TO-OFFICE-${index}` });
        await watchCharge(page, look, station, idTag);
        await handleFault(page, look, station);
        await refund(page, look, day);
        await command(page, look, station);
        await readMonth(page, look, language);
        assert.equal(await page.evaluate(() => document.documentElement.lang.slice(0, 2)), language);
        await station.disconnect();
      });
    });
  }
});
