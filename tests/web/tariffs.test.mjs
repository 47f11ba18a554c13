/** An operator sets what charging costs, and sees what a charge cost, line by line. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
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

describe('tariffs', () => {
  test('a tariff is written, published and assigned, and a charge is priced by it', async () => {
    await addStation(api, { stationId: 'TO-22-9', siteId, name: 'Colonna 9' });
    const station = new Station('TO-22-9');
    assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
    await station.status('Available');
    await visit(browser, product, { size: sizes.wide, name: 'tariffs' }, async (page, { look }) => {
      await page.goto('/tariffs');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('tariff-create').first().click();
      await page.getByTestId('tariff-name').fill('Torino');
      await page.getByTestId('tariff-price').first().fill('0.80');
      await page.getByTestId('tariff-words').getByText('€0.80 per kWh').waitFor();
      await page.getByTestId('tariff-example').getByText('€24.00').first().waitFor();
      await page.getByTestId('tariff-save').click();
      await page.getByTestId('tariff-publish').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
      await page.getByTestId('tariff-version').waitFor();
      await page.getByTestId('assign-site').click();
      await page.getByTitle('Torino Porta Susa').click();
      await page.getByTestId('assign-save').click();
      await page.getByTestId('unassign').waitFor();
      await look.at('tariff');

      await station.startTransaction({ idTag: 'NOBODY' });
      await station.stopTransaction({ meterStop: 10_000, reason: 'EVDisconnected' });
      const session = await waitFor('the price', async () => {
        const { items } = await api.get('sessions');
        return items[0]?.cost?.revision ? items[0] : null;
      });
      assert.equal(session.cost.gross, 800);
      await page.goto(`/sessions/${session.session_id}`);
      await page.getByTestId('session-price').getByText('€8.00').first().waitFor();
      await look.at('session-price');
    });
  });
});
