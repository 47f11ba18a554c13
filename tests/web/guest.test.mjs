/** A guest: from the label on the station to the receipt, without an account, over a provider's own payment page. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { Product } from './product.mjs';
import { waitFor } from './wait.mjs';

const DECLINED = '4000000000000002';
const CHALLENGED = '4000000000003220';

let product;
let browser;
let api;
let providerUrl;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
  providerUrl = await waitFor('the demo to enter its provider', async () => {
    const { items } = await api.get('payment-accounts');
    return items.find(({ provider, settings }) => provider === 'stripe' && settings.api_url)?.settings.api_url;
  });
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

/** Visit with a phone; the provider's page is another host. */
function withPhone(name, options, deed) {
  return visit(browser, product, { size: sizes.phone, name: `guest-${name}`, ...options }, async (page, given) => {
    given.watch.permit(providerUrl);
    await deed(page, given);
  });
}

/** Scan the label, and choose to pay without an account; the price stands there before anything is paid. */
async function comeToPay(page, station) {
  await page.goto(`/app/s/${station}/1`);
  await page.getByTestId('to-guest').click();
  await page.getByTestId('guest-pay').waitFor();
  return page.getByTestId('price').textContent();
}

async function fillCard(page, number) {
  await page.locator('#number').fill(number);
  await page.locator('#expiry').fill('12 / 34');
  await page.locator('#cvc').fill('123');
  await page.locator('button.pay').click();
}

describe('a guest', () => {
  test('sees the price, pays, sees the running cost, stops and keeps the receipt by its link', async () => {
    let link;
    await withPhone('stay', {}, async (page, { look, watch }) => {
      await waitFor('the station to be free', async () => {
        const station = await api.get('stations/FREE-MI-1');
        return station.is_online;
      });
      assert.match(await comeToPay(page, 'FREE-MI-1'), /0\.59/);
      await look.at('pay');
      await look.paint('guest-pay');
      await page.getByTestId('guest-pay').click();
      await page.locator('#number').waitFor();
      watch.expect(402, new URL(page.url()).pathname);
      await fillCard(page, DECLINED);
      await page.getByRole('alert').waitFor();
      await fillCard(page, CHALLENGED);
      await page.getByRole('button', { name: 'Approve' }).click();

      await page.locator('[data-testid="guest-stay"][data-stage="charging"]').waitFor({ timeout: 60_000 });
      link = new URL(page.url()).pathname;
      const cost = page.getByTestId('guest-price');
      await waitFor('the running cost', async () => Number(await cost.getAttribute('data-gross')) > 0, {
        limitMillis: 60_000,
      });
      await look.at('charging', { isFull: true });
      const { items } = await api.get('sessions?state=active&station_id=FREE-MI-1');
      assert.equal(items.length, 1);
      await page.getByTestId('guest-stop').click();
      await page.locator('[data-testid="guest-stay"][data-stage="ended"]').waitFor({ timeout: 60_000 });
      await page.getByTestId('guest-pdf').waitFor();
      await page.getByTestId('guest-paid').waitFor();
      await look.at('receipt', { isFull: true });
      const pdf = await page.request.get(await page.getByTestId('guest-pdf').getAttribute('href'));
      assert.equal(pdf.headers()['content-type'], 'application/pdf');
      await page.getByTestId('guest-keep').click();
    });

    for (const locale of ['it-IT', 'zh-CN'])
      await withPhone(locale, { locale }, async (page, { look }) => {
        await comeToPay(page, 'FREE-MI-2');
        await look.at('pay');
        await page.goto(link); // who has the link sees the receipt, in any browser
        await page.getByTestId('guest-receipt-lines').waitFor();
        await look.at('receipt', { isFull: true });
      });
  });

  test('who turns back on the payment page has paid nothing, and may go on or begin anew', async () => {
    await withPhone('back', {}, async (page, { look }) => {
      await comeToPay(page, 'FREE-BZ-1');
      await page.getByTestId('guest-pay').click();
      await page.locator('#number').waitFor();
      await page.locator('button.quiet').click();
      await page.locator('[data-testid="guest-stay"][data-stage="paying"]').waitFor();
      await look.at('turned-back');
      await page.getByTestId('to-provider').click();
      await fillCard(page, '4242424242424242');
      await page.locator('[data-testid="guest-stay"][data-stage="charging"]').waitFor({ timeout: 60_000 });
      await page.getByTestId('guest-stop').click();
      await page.locator('[data-testid="guest-stay"][data-stage="ended"]').waitFor({ timeout: 60_000 });
    });
  });
});
