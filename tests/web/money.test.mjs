/** Money from one end to the other: a driver pays in, an operator gives back, compares, settles, pays out and invoices. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Api, endWithUs, Product, ROOT, soon } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

const DESK = { width: 1280, height: 800 };
const PASSWORD = 'una frase lunga';
const SECOND = { email: 'ada@example.org', password: PASSWORD };
const IBAN = 'IT60X0542811101000000123456';
/** The middle of last month: what was charged then can be settled now. */
const DAYS_BEHIND = new Date().getUTCDate() + 13;

const TERMS = {
  currency: 'EUR',
  tax_included: 'yes',
  elements: [{ components: [{ dimension: 'energy', price: '0.50', vat_percent: '22' }] }],
};

const LAST_MONTH = new Date(Date.now() - DAYS_BEHIND * 86_400_000).toISOString().slice(0, 7);

let product;
let browser;
let api;
let directory;
let provider;

/** A payment provider in a process of its own, in which drivers pay with numbers that are none. */
async function startProvider() {
  const credentials = join(directory, 'credentials.json');
  const busbar = join(ROOT, '.venv', 'bin', 'busbar');
  const process = endWithUs(spawn(busbar, ['psp', '--port', '0', '--credentials', credentials]));
  let told = '';
  process.stdout.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const [url] = await waitFor('the provider to tell its address', () => /http:\S+/.exec(told));
  return { url, stop: () => process.kill(), ...JSON.parse(await readFile(credentials, 'utf8')) };
}

/** Let a company's driver charge last month, three times 20 kWh. */
async function chargeEarlier() {
  const earlier = await Product.start({ directory, daysBehind: DAYS_BEHIND });
  try {
    const then = await earlier.signIn();
    const { site_id: siteId } = await addSite(then);
    await addStation(then, { stationId: 'TO-22-1', siteId, name: 'Colonna 1' });
    const { tariff_id: tariffId } = await then.post('tariffs', { name: 'Torino', terms: TERMS });
    await then.post(`tariffs/${tariffId}/publish`, {});
    await then.post('tariff-assignments', { tariff_id: tariffId, scope: 'site', subject: siteId });
    await then.put('ledger/terms', { mode: 'prepaid', hold: 1_000, start_minimum: 500, reserve: 100 });
    const { driver_id: driverId } = await then.post('drivers', {
      display_name: 'Marco Bo',
      email: 'marco@example.org',
    });
    await then.put('tokens/TAXI1', { kind: 'rfid', driver_id: driverId, label: 'Taxi 1' });
    const { company_id: companyId } = await then.post('companies', { name: 'Navigli Taxi' });
    await then.put(`companies/${companyId}/drivers/${driverId}`, {});
    const station = new Station('TO-22-1');
    assert.equal((await station.connect(earlier.ocppUrl)).status, 'Accepted');
    const at = (minutes) => new Date(Date.now() - DAYS_BEHIND * 86_400_000 + minutes * 60_000).toISOString();
    for (const number of [1, 2, 3]) {
      const meterStart = number * 100_000;
      await station.startTransaction({ idTag: 'TAXI1', meterStart, at: at(-200 + number * 40) });
      const meterStop = meterStart + 20_000;
      await station.stopTransaction({ meterStop, reason: 'EVDisconnected', at: at(-180 + number * 40) });
    }
    await waitFor('the sessions to be priced', async () => {
      const { items } = await then.get('receivables');
      return items.length === 3;
    });
    await station.disconnect();
  } finally {
    await earlier.stop();
  }
}

/** Say who sells, who gets a part, and who may approve. */
async function agree() {
  const payee = { kind: 'site_owner', name: 'Parcheggi Navigli', iban: IBAN, country: 'IT', city: 'Milano' };
  const { payee_id: payeeId } = await api.post('payees', payee);
  const agreement = { payee_id: payeeId, shares: { electricity_permille: 400 }, valid_from: '2020-01-01' };
  await api.post('agreements', agreement);
  await api.put('settlement-terms', { payer_name: 'Corrente S.r.l.', payer_iban: IBAN });
  await api.post('staff', { ...SECOND, display_name: 'Ada Neri', role: 'admin' });
  const seller = {
    name: 'Corrente S.r.l.',
    country: 'IT',
    vat_id: 'IT01234567897',
    street: 'Via Po 3',
    city: 'Torino',
  };
  await api.put('invoice-profile', { seller, zone: 'Europe/Rome', language: 'en' });
  const terms = { kind: 'percentage', value: '10' };
  const { offer_id: offerId } = await api.post('offers', { name: 'Autumn', audience: 'coupon', terms });
  await api.post('coupons', { offer_id: offerId, code: 'AUTUMN10' });
  await api.post('plans', { name: 'Busbar Plus', currency: 'EUR', monthly_price: 990, included_wh: 50_000 });
}

/** Enter the provider's keys, and tell it where its notices go. */
async function enterProvider() {
  const { settings, secrets } = provider.stripe;
  const { notice_url: url } = await api.put('payment-accounts/stripe', { settings, secrets });
  await fetch(`${provider.url}/control/webhook`, { method: 'POST', body: JSON.stringify({ url }), signal: soon() });
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'busbar-money-'));
  provider = await startProvider();
  await chargeEarlier();
  [product, browser] = await Promise.all([Product.start({ directory }), startBrowser()]);
  api = await product.signIn();
  await Promise.all([enterProvider(), agree()]);
});

after(async () => {
  await browser?.close();
  provider?.stop();
  await product?.stop();
  await rm(directory, { recursive: true, force: true });
});

function atDesk(name, deed) {
  return visit(browser, product, { size: DESK, name: `money-${name}` }, deed);
}

async function signIn(page, path, { email, password } = ADMIN) {
  await page.goto(path);
  await page.getByTestId('sign-in-email').fill(email);
  await page.getByTestId('sign-in-password').fill(password);
  await page.getByTestId('sign-in-submit').click();
}

const here = { sizes: [] };

/** Runs in the page before anything of it: notes what of the page or the menu moves without the reader's doing. */
function watchShifts() {
  window.shifts = [];
  const isSeen = ({ node }) => (node instanceof Element ? node : node?.parentElement)?.closest('.bc-main, .bc-nav');
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries())
      if (!hadRecentInput && sources.some(isSeen))
        window.shifts.push([value, ...sources.map(({ node }) => node?.className)]);
  }).observe({ type: 'layout-shift', buffered: true });
}

describe('money', () => {
  test('a driver pays in, joins a plan and redeems a coupon', async () => {
    await visit(browser, product, { size: sizes.phone, name: 'money-driver' }, async (page, { look, watch }) => {
      watch.permit(provider.url);
      await page.goto('/app/sign-in?next=/wallet');
      await page.getByTestId('name').fill('Giulia Ferri');
      await page.getByTestId('email').fill('giulia@example.org');
      await page.getByTestId('password').fill(PASSWORD);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('wallet').waitFor();
      await look.at('wallet-empty', here);
      await page.getByTestId('to-top-up').click();
      await page.getByTestId('amount-5000').check();
      await look.at('top-up', here);
      await page.getByTestId('top-up-pay').click();
      await page.locator('#number').fill('4242424242424242');
      await page.locator('#expiry').fill('12 / 34');
      await page.locator('#cvc').fill('123');
      await page.locator('button.pay').click();
      await page.locator('[data-testid="my-payment"][data-state="captured"]').waitFor();
      await look.at('paid', here);

      await page.goto('/app/plans');
      await page.getByTestId('plan-change').click();
      await page.getByTestId('plan-confirm').click();
      await page.getByTestId('plan-left').waitFor();
      await look.at('plan', here);
      await page.goto('/app/wallet');
      await page.getByTestId('coupon-code').fill('AUTUMN10');
      await page.getByTestId('coupon-redeem').click();
      await page.getByTestId('coupon').waitFor();
      await page.getByTestId('wallet-entry').first().waitFor();
      await look.at('wallet', { ...here, isFull: true });
    });
  });

  test('staff give a part back, follow it in the books, and give a difference an owner', async () => {
    const unknown = {
      object: 'list',
      has_more: false,
      data: [
        {
          id: 'txn_hand',
          type: 'charge',
          amount: 700,
          fee: 35,
          net: 665,
          currency: 'eur',
          created: 1_780_000_000,
          source: { id: 'ch_hand', payment_intent: 'pi_hand', metadata: {} },
        },
      ],
    };
    const content = Buffer.from(JSON.stringify(unknown)).toString('base64');
    await atDesk('desk', async (page, { look }) => {
      await signIn(page, '/payments');
      const row = page.getByTestId('payments').locator('tbody tr', { hasText: 'Giulia Ferri' });
      await row.waitFor();
      await page.getByTestId('payment-search').fill('giulia');
      await page.waitForURL(/q=giulia/);
      await row.waitFor();
      await look.at('payments', here);
      await row.click();
      await page.getByTestId('refund-amount').fill('12.50');
      await look.at('payment', here);
      await page.getByTestId('refund').click();
      await page.getByTestId('ask-yes').click();
      await page.getByText('Refund of €12.50: done').waitFor();
      await look.at('refunded', here);

      await page.addInitScript(watchShifts);
      const accounts = page.waitForResponse(/ledger.accounts/).catch(() => undefined);
      await page.route(/ledger.trial-balance/, async (route) => {
        await accounts; // the balance comes last, as it does with large books
        await route.continue();
      });
      await page.goto('/ledger');
      await page.getByTestId('trial-state').getByText('balanced').waitFor();
      await page.getByTestId('accounts').getByRole('link').first().waitFor();
      assert.deepEqual(await page.evaluate(() => window.shifts), [], 'nothing moves while the books come');
      await page.unroute(/ledger.trial-balance/);
      await look.at('ledger', here);
      await page.goto(`/ledger?at=${new Date(Date.now() - 86_400_000).toISOString()}`);
      await page.getByTestId('trial-state').getByText('balanced').waitFor();
      await look.at('trial-yesterday', here);
      await page.getByTestId('account-search').fill('Giulia');
      await page.getByTestId('accounts').getByText('1 entry').waitFor();
      await page.getByTestId('accounts').getByRole('link', { name: 'Giulia Ferri' }).click();
      await page.getByTestId('statement').getByRole('link', { name: 'Payment' }).first().waitFor();
      await look.at('account', here);

      const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
      await api.post('payment-statements', { provider: 'stripe', day, content });
      await page.goto('/reconciliation');
      await page.getByTestId('differences').getByText('Unknown to us').click();
      await page.getByTestId('difference-owner').fill('Ada Neri');
      await look.at('difference', here);
      await page.getByTestId('difference-save').click();
      await page.getByTestId('differences').getByText('Ada Neri').waitFor();
      await look.at('reconciliation', here);
    });
  });

  test('what is owed is reminded, paid at the bank in part, and written off', async () => {
    await atDesk('debts', async (page, { look }) => {
      await signIn(page, '/receivables');
      await page.getByTestId('receivable-remind').first().click();
      await page.getByTestId('ask-yes').click();
      await look.at('receivables', here);
      await page.getByTestId('receivable-bank').first().click();
      await page.getByTestId('bank-form-amount').fill('0.01');
      await page.getByTestId('bank-form-reference').fill('RF18 of December');
      await look.at('bank', here);
      await page.getByTestId('bank-form-save').click();
      await page.getByTestId('bank-form').waitFor({ state: 'hidden' });
      await page.getByTestId('receivable-write-off').first().click();
      await page.getByTestId('write-off-form-reason').fill('Too small to follow up');
      await look.at('write-off', here);
      await page.getByTestId('write-off-form-save').click();
      await page.getByTestId('write-off-form').waitFor({ state: 'hidden' });
    });
  });

  test('last month is settled, approved by another person, and paid out by a file for the bank', async () => {
    await atDesk('settlement', async (page, { look }) => {
      await signIn(page, '/settlements');
      await page.getByTestId('settlement-run').click();
      await page.getByTestId('run-form-save').click();
      await page.getByTestId('settlements').getByText('Parcheggi Navigli').first().waitFor();
      await look.at('settlements', here);
    });
    await atDesk('approval', async (page, { look }) => {
      await signIn(page, '/settlements', SECOND);
      const drafts = page.getByTestId('settlements').locator('tbody tr', { hasText: '€' });
      await drafts.getByRole('link').first().click();
      await page.getByTestId('settlement-payable').waitFor();
      await look.at('draft', here);
      await page.getByTestId('settlement-approve').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await page.getByTestId('settlement-approve').waitFor({ state: 'detached' });
      const [statement] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'PDF' }).click(),
      ]);
      assert.match(statement.suggestedFilename(), /\.pdf$/);
      await page.goto('/settlements');
      await page.getByTestId('payout-make').click();
      await page.getByTestId('payout-form').getByText('Parcheggi Navigli').first().waitFor();
      await page.getByTestId('payout-form-save').click();
      const made = page.getByTestId('payouts').getByRole('button').first();
      await made.click();
      await page.getByTestId('payout').getByText('Parcheggi Navigli').waitFor();
      await look.at('payout', here);
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('payout-sepa').click()]);
      assert.match(file.suggestedFilename(), /\.xml$/);
    });
  });

  test('receipts become an invoice, which is taken back; a report comes round', async () => {
    await atDesk('documents', async (page, { look }) => {
      await signIn(page, '/documents');
      await page.getByTestId('documents').locator('tbody tr').nth(1).waitFor();
      await look.at('documents', here);
      await page.goto('/documents?edit=new');
      await page.getByTestId('issue-company').click();
      await page.getByTitle('Navigli Taxi').last().click();
      await page.getByLabel('Month').fill(LAST_MONTH);
      await page.getByLabel('Month').press('Enter');
      await page.getByTestId('party-buyer-country').fill('IT');
      await page.getByTestId('party-buyer-vat_id').fill('IT01234567897');
      await look.at('issue', here);
      await page.getByTestId('issue-form-save').click();
      await page.getByTestId('document').getByText('Navigli Taxi').first().waitFor();
      await look.at('invoice', here);
      const [xml] = await Promise.all([
        page.waitForEvent('download'),
        page.getByTestId('document').getByRole('button', { name: 'UBL' }).click(),
      ]);
      assert.match(xml.suggestedFilename(), /ubl\.xml$/);
      await page.getByTestId('document-credit').click();
      await page.getByRole('tooltip').getByRole('textbox').fill('Another buyer');
      await page.getByRole('tooltip').getByRole('button', { name: 'OK' }).click();
      await page.goto('/documents');
      await page.getByTestId('documents').getByText('Credit note').waitFor();
      await look.at('credited', here);

      await page.goto('/reports/schedules');
      await page.getByTestId('schedule-create').first().click();
      await page.getByTestId('schedule-form-name').fill('Revenue by site');
      await page.getByTestId('schedule-form').getByLabel('Recipients').fill('boss@example.org');
      await page.keyboard.press('Enter');
      await look.at('schedule', here);
      await page.getByTestId('schedule-form-save').click();
      await page.getByTestId('schedules').getByText('Revenue by site').waitFor();
      await look.at('schedules', here);
    });
  });

  test('a payee gets a share of a site, and what electricity costs is written down', async () => {
    await atDesk('payees', async (page, { look }) => {
      await signIn(page, '/payees');
      await page.getByTestId('payee-add').click();
      await page.getByTestId('payee-form-name').fill('Comune di Torino');
      await page.getByTestId('payee-form-iban').fill(IBAN);
      await look.at('payee', here);
      await page.getByTestId('payee-form-save').click();
      await page.getByTestId('payees').getByText('Comune di Torino').waitFor();
      await page.getByTestId('agreement-add').click();
      await page.waitForURL(/[?&]edit=agreement/);
      await page.getByTestId('agreement-form-payee').click();
      await page.getByTitle('Comune di Torino').last().click();
      await page.getByTestId('agreement-form-electricity').fill('10');
      await look.at('agreement', here);
      await page.getByTestId('agreement-form-save').click();
      await page.getByTestId('agreements').getByText('Comune di Torino').waitFor();
      await look.at('payees', here);
      // Each form has an address, and a payee's opens wherever in the list it stands.
      await page.getByTestId('agreements').locator('tbody tr', { hasText: 'Comune' }).getByRole('button').click();
      await page.waitForURL(/[?&]end=/);
      await page.goto(page.url());
      await page.getByTestId('agreement-end').waitFor();
      await page.goto('/payees?edit=terms');
      assert.equal(await page.getByTestId('terms-form-name').inputValue(), 'Corrente S.r.l.');
      await page.keyboard.press('Escape');
      await page.waitForURL(/payees$/);
      const { items } = await api.get('payees?q=Comune');
      await page.goto(`/payees?q=nobody&edit=${items[0].payee_id}`);
      assert.equal(await page.getByTestId('payee-form-name').inputValue(), 'Comune di Torino');

      await page.goto('/tariffs/purchases');
      await page.getByTestId('purchase-create').first().click();
      await page.getByTestId('purchase-form-name').fill('Energia 2026');
      await look.at('purchase-form', here);
      await page.locator('[data-testid^="purchase-form-"][inputmode="decimal"]').first().fill('0.1834');
      await page.getByTestId('purchase-form-save').click();
      await page.getByTestId('purchases').getByText('Energia 2026').waitFor();
      await look.at('purchases', here);
    });
  });

  test('a 发票 is asked for, issued, sent and red-lettered', async () => {
    const person = { email: 'wang@example.org', password: PASSWORD, display_name: '王芳', language: 'zh' };
    const { token, me } = await api.post('driver/sign-up', person);
    const { driver_id: driverId } = me;
    await api.put('tokens/WANG1', { driver_id: driverId });
    await api.post(`drivers/${driverId}/wallet/adjust`, { amount: 5_000, reason: 'Welcome' });
    const station = new Station('TO-22-1');
    assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
    await station.startTransaction({ idTag: 'WANG1', meterStart: 900_000 });
    await station.stopTransaction({ meterStop: 910_000, reason: 'Local' });
    await station.disconnect();
    const session = await waitFor('the receipt', async () => {
      const { items } = await api.get(`sessions?driver_id=${driverId}`);
      const papers = items[0] && (await api.get(`documents?session_id=${items[0].session_id}`));
      return papers?.items.length ? items[0] : null;
    });
    const buyer = { name: '示例客户有限公司', country: 'CN', vat_id: '91310000MA1FL0000A' };
    const wish = { kind: 'fapiao_normal', session_ids: [session.session_id], buyer };
    await new Api(api.url, token).post('driver/invoice-requests', wish);
    await atDesk('fapiao', async (page, { look }) => {
      await signIn(page, '/invoice-requests');
      const row = page.getByTestId('invoice-requests').locator('tbody tr', { hasText: '示例客户有限公司' });
      await row.getByRole('button', { name: 'Issued …' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('textbox').fill('24312000000000000123');
      await look.at('issue-fapiao', here);
      await form.getByRole('button', { name: 'OK' }).click();
      await row.getByRole('button', { name: 'Sent' }).click();
      await page.getByTestId('ask-yes').click();
      await row.getByRole('button', { name: 'Sent' }).waitFor({ state: 'detached' });
      await row.getByText('24312000000000000123').waitFor();
      await look.at('fapiao', here);
      await row.getByRole('button', { name: 'Red-letter …' }).click();
      await form.getByRole('textbox').first().fill('24312000000000000124');
      await form.getByRole('textbox').last().fill('开票信息有误');
      await form.getByRole('button', { name: 'OK' }).click();
      await row.getByText('Red-lettered').waitFor();
    });
  });

  test('a driver leaves, and staff pay out what no provider can give back', async () => {
    const { driver_id: driverId } = await api.post('drivers', {
      display_name: 'Ugo Foscolo',
      email: 'ugo@example.org',
    });
    await api.post(`drivers/${driverId}/wallet/adjust`, { amount: 2_345, reason: 'Station failed during the session' });
    await atDesk('leaving', async (page, { look }) => {
      await signIn(page, '/ledger');
      await page.getByTestId('trial-state').getByText('Balanced').waitFor(); // what comes later moves the accounts down
      await page.getByTestId('account-search').fill('Ugo');
      await page.getByTestId('accounts').getByText('1 entry').waitFor(); // a row that moves away is missed
      await page.getByTestId('accounts').getByRole('link', { name: 'Ugo Foscolo' }).click();
      await page.getByTestId('wallet-close').click();
      await page.getByTestId('wallet-form-reason').fill('He moves away');
      await page.getByTestId('wallet-form-save').click();
      await page.getByTestId('closings').getByText('Ugo Foscolo').waitFor();
      await look.at('to-pay', here);
      await page.getByTestId('closing-paid').click();
      await page.getByTestId('closing-form-reference').fill('SEPA 2026-11-30 / 7');
      await look.at('paid-out', here);
      await page.getByTestId('closing-form-save').click();
      await page.getByTestId('closings').getByText('SEPA 2026-11-30 / 7').waitFor();
      await look.at('closings', here);
    });
    const wallet = await api.get(`drivers/${driverId}/wallet`);
    assert.deepEqual([wallet.status, wallet.balance], ['closed', 0]);
  });
});
