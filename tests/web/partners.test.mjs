/** Drivers of another company charge: it is entered, has a price of its own, and gets a record of each session. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
import { waitFor, within } from './wait.mjs';
import { addSite, plant } from './world.mjs';

const TOKEN = '04A1B2C3';
const TERMS = {
  currency: 'EUR',
  tax_included: 'no',
  elements: [{ components: [{ dimension: 'energy', price: '0.35', vat_percent: '22' }] }],
};

let product;
let browser;
let api;
let station;

before(async () => {
  [product, browser] = await Promise.all([Product.start(), startBrowser()]);
  api = await product.signIn();
  const { site_id: siteId } = await addSite(api);
  station = await plant(product, api, { stationId: 'TO-22-1', siteId, name: 'Colonna 1' });
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

/** Let a driver of the partner take 20 kWh in half an hour. */
async function charge() {
  const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const { idTagInfo } = await station.startTransaction({ idTag: TOKEN, meterStart: 1_000, at: minutesAgo(30) });
  assert.equal(idTagInfo.status, 'Accepted');
  await station.stopTransaction({ meterStop: 21_000, reason: 'EVDisconnected', at: minutesAgo(1) });
  const [record] = await waitFor('the record', async () => {
    const { items } = await api.get('cdrs');
    return items.length && items;
  });
  return record;
}

async function readDownload(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return JSON.parse(await readFile(await within('fetching the record', download.path()), 'utf8'));
}

describe('partners', () => {
  test('a partner is entered with a token and a price, and fetches the record of a session', async () => {
    const { tariff_id: tariffId } = await api.post('tariffs', { name: 'For partners', terms: TERMS });
    await api.post(`tariffs/${tariffId}/publish`, {});
    await visit(browser, product, { size: sizes.wide, name: 'partners' }, async (page, { look }) => {
      await page.goto('/partners');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('own-party').click();
      await page.getByTestId('own-party-form').getByTestId('party-country').fill('it');
      await page.getByTestId('own-party-form').getByTestId('party-id').fill('bus');
      await page.getByTestId('own-party-form-save').click();
      await page.getByTestId('own-party').getByText('IT BUS').waitFor();
      await page.goto('/partners?edit=own');
      assert.equal(await page.getByTestId('own-party-form').getByTestId('party-id').inputValue(), 'BUS');
      await page.keyboard.press('Escape');
      await page.waitForURL(/partners$/);
      await page.getByTestId('partner-create').first().click();
      await page.getByTestId('partner-form-name').fill('Strada Mobile');
      const form = page.getByTestId('partner-form');
      await form.getByTestId('party-country').fill('IT');
      await form.getByTestId('party-id').fill('STR');
      await look.at('partner');
      await page.getByTestId('partner-form-save').click();
      await page.getByTestId('partners').getByText('Strada Mobile').waitFor();
      const [{ partner_id: partnerId }] = (await api.get('partners')).items;
      await page.goto(`/partners?q=nobody&edit=${partnerId}`); // its link opens it wherever in the list it stands
      assert.equal(await page.getByTestId('partner-form-name').inputValue(), 'Strada Mobile');

      await page.goto('/tokens?edit=new');
      await page.getByTestId('token-form-value').fill(TOKEN);
      await page.getByTestId('token-form-partner').click();
      await page.getByTitle('Strada Mobile').last().click();
      await page.getByTestId('token-form-contract').fill('IT-STR-C00000001-X');
      await look.at('token');
      await page.getByTestId('token-form-save').click();
      await page.getByTestId('tokens').getByText(TOKEN).waitFor();

      await page.goto(`/tariffs/${tariffId}`);
      await page.getByTestId('assign-scope').click();
      await page.getByTitle('Partner').last().click();
      await page.getByTestId('assign-partner').click();
      await page.getByTitle('Strada Mobile').last().click();
      await page.getByTestId('assign-save').click();
      await page.getByTestId('assignment').getByText('Strada Mobile').waitFor();

      const record = await charge();
      await page.goto('/partners');
      const row = page.getByTestId('cdrs').locator('tbody tr', { hasText: '€8.54' });
      await row.waitFor();
      await page.getByTestId('cdrs-partner').click();
      await page.getByTitle('Strada Mobile').last().click();
      await page.waitForURL(/[?&]of=/);
      await page.goto(page.url());
      await row.waitFor();
      assert.match(await page.getByTestId('cdrs-partner').textContent(), /Strada Mobile/);
      await look.at('records');
      const newer = await readDownload(page, row.getByTestId('cdr-2.3.0'));
      assert.equal(newer.cdr_token.contract_id, 'IT-STR-C00000001-X');
      assert.deepEqual(newer.total_cost.before_taxes, 7);
      assert.equal(newer.total_energy, 20);

      await page.goto(`/sessions/${record.session_id}`);
      const older = await readDownload(page, page.getByTestId('session-cdrs').getByTestId('cdr-2.2.1'));
      assert.deepEqual(older.total_cost, { excl_vat: 7, incl_vat: 8.54 });
      await look.at('session');
    });
  });
});
