/** An operator sets what charging costs, sees what a charge cost, and keeps what is sold and billed. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
import { Station, Station21 } from './station.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

const TERMS = {
  currency: 'EUR',
  tax_included: 'yes',
  elements: [{ components: [{ dimension: 'energy', price: '0.50', vat_percent: '22' }] }],
};

async function signIn(page, path) {
  await page.goto(path);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
}

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
      await signIn(page, '/tariffs');
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
      await page.goto(`/tariffs/${session.cost.tariff_id}`);
      await page.getByTestId('unassign').click();
      await page.getByTestId('ask-yes').click();
      await page.getByTestId('unassign').waitFor({ state: 'detached' });
    });
  });

  test('the editor shows all that a tariff can say, keeps what it shows, and tells what is wrong at its field', async () => {
    const whole = {
      currency: 'CNY',
      tax_included: 'no',
      rounding: 'half_even',
      url: 'https://example.org/prices',
      valid_from: '2026-01-01T00:00:00Z',
      hold_amount: '80',
      min_price: { before_taxes: '1', after_taxes: '1.13' },
      max_price: { before_taxes: '100', after_taxes: '113' },
      texts: [{ language: 'zh-CN', text: '价格' }],
      energy_mix: { is_green: false, sources: [{ source: 'COAL', percent: '61.5' }], supplier: 'State Grid' },
      tables: [
        {
          slots: `${'V'.repeat(16)}${'P'.repeat(32)}`,
          day_types: ['holiday'],
          season_start: '06-01',
          season_end: '09-01',
        },
        { slots: `${'D'.repeat(8)}${'S'.repeat(40)}` },
      ],
      elements: [
        {
          name: 'Summer',
          restrictions: {
            start_time: '08:00',
            end_time: '20:30',
            weekdays: ['friday'],
            period: 'peak',
            season_start: '06-01',
            season_end: '09-01',
            start_date: '2026-01-01',
            max_energy_wh: 20_001,
            min_power_w: 1500,
            max_current_ma: 32_500,
            min_duration_s: 90,
          },
          components: [
            { dimension: 'energy', price: '0.8', share: 'electricity', step: 100, cap: '20', vat_percent: '13' },
            { dimension: 'idle', price: '0.5', per: 'minute', grace_s: 601, cap: '30' },
          ],
        },
        { components: [{ dimension: 'energy', price: '1.2', share: 'electricity' }] },
      ],
    };
    const { tariff_id: tariffId, draft } = await api.post('tariffs', { name: 'Shanghai', terms: whole });
    await visit(browser, product, { size: sizes.wide, name: 'editor' }, async (page, { look, watch }) => {
      await signIn(page, `/tariffs/${tariffId}`);
      await page.getByTestId('tariff-words').getByRole('listitem').first().waitFor();
      assert.equal(await page.getByTestId('tariff-table').count(), 2);
      assert.equal(await page.getByTestId('when-max-current').first().inputValue(), '32.5');
      assert.equal(await page.getByTestId('price-step').first().inputValue(), '100');
      await look.at('whole', { isFull: true });
      await page.getByTestId('tariff-words').getByText('中文').click();
      await page.getByTestId('tariff-words').getByText('千瓦时').first().waitFor();
      await page.getByTestId('tariff-name').fill('Shanghai 2');
      await page.getByTestId('tariff-save').click();
      await waitFor('the name', async () => (await api.get(`tariffs/${tariffId}`)).name === 'Shanghai 2');
      assert.deepEqual((await api.get(`tariffs/${tariffId}`)).draft, draft, 'nothing is lost');

      await page.goto('/tariffs/new');
      await page.getByTestId('tariff-name').fill('Seasons');
      await page.getByTestId('when-more').first().locator('summary').click();
      await page.getByTestId('when-min-current').fill('16');
      watch.expect(422, '/tariffs/preview');
      await page.getByTestId('when-max-current').fill('8');
      const problem = page.locator('[data-path="elements[0].restrictions.max_current_ma"]');
      await problem.getByText('The end does not come after the begin.').waitFor();
      await look.at('problem');
      await page.getByTestId('when-max-current').fill('32');
      await problem.waitFor({ state: 'detached' });
      watch.tolerate(422, '/tariffs/preview');
      for (const [testId, text] of [
        ['when-season-start', '06-01'],
        ['when-season-end', '09-01'],
        ['when-start-time', '08:00'],
        ['when-end-time', '20:00'],
      ]) {
        await page.getByTestId(testId).fill(text);
        await page.getByTestId(testId).press('Enter');
      }
      await page.getByTestId('when-max-duration').fill('90');
      await page.getByTestId('price-more').locator('summary').click();
      await page.getByTestId('price-step').fill('500');
      await page.getByTestId('price-cap').fill('25');
      await page.getByTestId('tariff-max_price-after_taxes').fill('40');
      await page.getByTestId('tariff-table-add').click();
      await page.getByTestId('tariff-table-add').click();
      await look.at('written', { isFull: true });
      await page.getByTestId('tariff-save').click();
      await page.getByRole('heading', { name: 'Seasons' }).waitFor();
    });
    const { items } = await api.get('tariffs?q=Seasons');
    const written = (await api.get(`tariffs/${items[0].tariff_id}`)).draft;
    assert.deepEqual(written.elements[0].restrictions, {
      start_time: '08:00',
      end_time: '20:00',
      season_start: '06-01',
      season_end: '09-01',
      min_current_ma: 16_000,
      max_current_ma: 32_000,
      max_duration_s: 5_400,
    });
    assert.deepEqual(
      [written.elements[0].components[0].step, written.elements[0].components[0].cap, written.max_price.after_taxes],
      [500, '25', '40'],
    );
    assert.deepEqual(
      written.tables.map((table) => table.day_types ?? []),
      [['weekend', 'holiday'], []],
    );
  });

  test('a version and an assignment begin later, and a price says why a coupon took nothing off', async () => {
    const { tariff_id: tariffId } = await api.post('tariffs', { name: 'Genova', terms: TERMS });
    await api.post(`tariffs/${tariffId}/publish`, {});
    await api.post('tariff-assignments', { tariff_id: tariffId, scope: 'operator', subject: '' });
    const { company_id: companyId } = await api.post('companies', { name: 'Lanterna Taxi' });
    const driver = await api.post('drivers', { display_name: 'Blaise Pascal', email: 'b@example.org', language: 'en' });
    await api.put(`companies/${companyId}/drivers/${driver.driver_id}`, { budget: null });
    await api.put('token-groups/TAXI', { name: 'Taxis' });
    await api.put('tokens/TAXI-1', { driver_id: driver.driver_id });
    const enter = async (page, testId, text) => {
      await page.getByTestId(testId).fill(text);
      await page.getByTestId(testId).press('Enter');
    };
    await visit(browser, product, { size: sizes.wide, name: 'times' }, async (page, { look }) => {
      await signIn(page, `/tariffs/${tariffId}`);
      await page.getByTestId('assign-scope').click();
      await page.getByTitle('Company').last().click();
      await page.getByTestId('assign-company').click();
      await page.getByTitle('Lanterna Taxi').last().click();
      await enter(page, 'assign-from', '2098-01-01 00:00');
      await enter(page, 'assign-until', '2098-02-01 00:00');
      await page.getByTestId('assign-save').click();
      await page.locator('[data-testid="assignment"][data-state="future"]').getByText('Lanterna Taxi').waitFor();
      await page.getByTestId('assign-scope').click();
      await page.getByTitle('Company').last().click();
      await page.getByTestId('assign-company').click();
      await page.getByTitle('Lanterna Taxi').last().click();
      await page.getByTestId('assign-overlaps').getByText('that one rules').waitFor();
      await page.getByTestId('assign-save').click();
      await page.getByTestId('overlap').nth(1).waitFor();
      await page.getByTestId('tariff-price').first().fill('0.70');
      await page.getByTestId('tariff-save').click();
      await page.getByTestId('tariff-publish').click();
      await page.getByTestId('publish-when').getByText('From a later instant').click();
      await enter(page, 'publish-from', '2098-03-01 00:00');
      await look.at('publish');
      await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
      await page.getByTestId('tariff-versions').getByText('later').waitFor();
      await look.at('tariff');

      await page.goto(`/drivers?edit=${driver.driver_id}`);
      await page.getByTestId('driver-form-group').click();
      await page.getByTitle('Taxis · TAXI').last().click();
      await look.at('driver');
      await page.getByTestId('driver-form-save').click();
      await waitFor('the group', async () => (await api.get(`drivers/${driver.driver_id}`)).group === 'TAXI');
    });
    await addStation(api, { stationId: 'GE-01-1', siteId, name: 'Colonna 1' });
    const fixed = { kind: 'fixed', value: '5', shares: [], kinds: [], is_exclusive: false, priority: 0 };
    const offer = await api.post('offers', {
      name: 'Fifty years',
      terms: { ...fixed, min_amount: '90', max_amount: null },
      audience: 'company',
      subject: companyId,
      site_ids: [],
      currency: 'EUR',
    });
    const station = new Station('GE-01-1');
    assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
    await station.startTransaction({ idTag: 'TAXI-1' });
    await station.stopTransaction({ meterStop: 10_000, reason: 'Local' });
    const session = await waitFor('the price', async () => {
      const { items } = await api.get('sessions?station_id=GE-01-1');
      return items[0]?.cost?.revision ? items[0] : null;
    });
    const price = await api.get(`sessions/${session.session_id}/price`);
    assert.deepEqual(
      price.refusals.map(({ offer_id: id, reason }) => [id, reason]),
      [[offer.offer_id, 'below_minimum']],
    );
    await visit(browser, product, { size: sizes.wide, name: 'times' }, async (page, { look }) => {
      await signIn(page, `/sessions/${session.session_id}`);
      await page.getByTestId('refused').getByText('the session costs too little for it').waitFor();
      await look.at('refused');
    });
  });

  test('a station that reckons with another tariff is given the one of the session, and the page says what it answered', async () => {
    const add = async (name, price, scope, subject) => {
      const elements = [{ components: [{ dimension: 'energy', price, vat_percent: '22' }] }];
      const { tariff_id: id } = await api.post('tariffs', { name, terms: { ...TERMS, elements } });
      await api.post(`tariffs/${id}/publish`, {});
      await api.post('tariff-assignments', { tariff_id: id, scope, subject });
    };
    await addStation(api, { stationId: 'TO-21-1', siteId, name: 'Colonna 21' });
    const driver = await api.post('drivers', { display_name: 'Ada Byron', email: 'byron@example.org', language: 'en' });
    await api.put('tokens/ADA-21', { driver_id: driver.driver_id });
    await add('Everybody there', '0.61', 'station', 'TO-21-1');
    await add('Ada alone', '0.31', 'driver', driver.driver_id);
    const station = new Station21('TO-21-1');
    station.answers.ChangeTransactionTariff = { status: 'TooManyElements' };
    assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
    const { tariff } = await station.takeAsked('SetDefaultTariff');
    const transactionId = 'T-2101';
    const idToken = { idToken: 'ADA-21', type: 'ISO14443' };
    await station.tell(
      'Started',
      { transactionId, tariffId: tariff.tariffId },
      { energyWh: 0, triggerReason: 'Authorized', idToken },
    );
    const change = await station.takeAsked('ChangeTransactionTariff');
    assert.equal(change.transactionId, transactionId);
    const session = await waitFor('the answer', async () => {
      const { items } = await api.get('sessions?station_id=TO-21-1');
      const price = items[0]?.cost && (await api.get(`sessions/${items[0].session_id}/price`));
      return price?.station_tariff?.outcome === 'rejected' ? items[0] : null;
    });
    await station.tell('Updated', { transactionId, chargingState: 'Charging' }, { energyWh: 10_000 });
    await station.takeAsked('CostUpdated');
    await visit(browser, product, { size: sizes.wide, name: 'reckons' }, async (page, { look }) => {
      await signIn(page, `/sessions/${session.session_id}`);
      const panel = page.getByTestId('station-tariff');
      await panel.getByText('more parts than it can take').waitFor();
      await look.at('refused');
      const told = { transactionId, tariffId: change.tariff.tariffId };
      await station.tell('Updated', told, { triggerReason: 'TariffChanged' });
      await page.reload();
      await panel.getByText('It reckons with this session’s tariff.').waitFor();
      await look.at('taken');
    });
    await station.disconnect();
  });

  test('what is sold, billed and answered is kept by a person, page by page', async () => {
    const { tariff_id: tariffId } = await api.post('tariffs', { name: 'Milano', terms: TERMS });
    await api.post(`tariffs/${tariffId}/publish`, {});
    const driver = await api.post('drivers', {
      display_name: 'Ada Lovelace',
      email: 'ada@example.org',
      language: 'en',
    });
    const wide = { sizes: [] };
    await visit(browser, product, { size: sizes.wide, name: 'money' }, async (page, { look }) => {
      await signIn(page, '/offers/new');
      await page.getByTestId('offer-name').fill('Spring');
      await page.getByTestId('offer-value').fill('20');
      await page.getByTestId('offer-preview-tariff').click();
      await page.getByTitle('Milano · EUR').last().click();
      await page.getByTestId('offer-receipt').getByText('-€3.00').waitFor();
      await page.getByTestId('offer-audience').click();
      await page.getByTitle('Holders of a coupon').last().click();
      await look.at('offer');
      await page.getByTestId('offer-save').click();
      await page.getByRole('heading', { name: 'Spring' }).waitFor();
      await page.goto('/offers');
      await page.getByTestId('offers').getByText('20 % off').waitFor();
      await look.at('offers', wide);

      await page.getByTestId('sub-coupons').click();
      await page.getByTestId('coupon-create').first().click();
      await page.getByTestId('coupon-form').getByText('Many codes').click();
      await page.getByTestId('coupon-form-prefix').fill('CARD-');
      await page.getByTestId('coupon-form-count').fill('3');
      await page.getByTestId('coupon-form-uses').fill('1');
      await page.getByTestId('coupon-form-save').click();
      await page
        .getByTestId('coupons')
        .getByText(/^CARD-[A-Z0-9]{10}$/)
        .nth(2)
        .click();
      await page.getByTestId('coupon').getByText('Nobody has redeemed it yet').waitFor();
      await look.at('coupon', wide);

      await page.goto('/offers/plans?edit=new');
      await page.getByTestId('plan-form-name').fill('Busbar Plus');
      await page.getByTestId('plan-form-price').fill('9.90');
      await page.getByTestId('plan-form-energy').fill('50');
      await page.getByTestId('plan-form-save').click();
      await page.getByTestId('plans').getByText('€9.90 a month').click();
      await page.getByTestId('plan-driver').click();
      await page.getByTitle('Ada Lovelace · ada@example.org').last().click();
      await page.getByTestId('plan-join').click();
      await page.getByTestId('plan-members').getByText('Ada Lovelace').waitFor();
      await look.at('plan', wide);
      await page.getByTestId('plan-end').click();
      await page.getByTestId('ask-yes').click();
      await page.getByTestId('plan-end').waitFor({ state: 'detached' });

      await page.goto(`/tariffs/what-if?tariff=${tariffId}`);
      await page.getByTestId('what-if-start').click();
      await page.locator('[data-testid="what-if-answer"][data-state="done"]').waitFor();
      await look.at('what-if');

      await page.goto('/companies?edit=new');
      await page.getByTestId('company-form-name').fill('Navigli Taxi');
      await page.getByTestId('company-form-save').click();
      await page.getByTestId('company-driver-add').first().click();
      await page.getByTestId('company-driver-select').click();
      await page.getByTitle('Ada Lovelace · ada@example.org').last().click();
      await page.getByTestId('company-driver-budget').fill('120');
      await page.getByTestId('company-driver-save').click();
      await page.getByTestId('company-drivers').getByText('€0.00 of €120.00').waitFor();
      await look.at('company', wide);

      await page.goto('/payment-setup');
      await page.getByTestId('money-mode-prepaid').click();
      await page.getByTestId('money-hold').fill('40');
      await page.getByTestId('money-terms-save').click();
      await page.getByText('Saved. Sessions that run keep what is held for them.').waitFor();
      await look.at('payment-setup');
      assert.equal((await api.get('ledger/terms')).hold, 4_000);

      await page.goto('/documents/profile');
      await page.getByTestId('party-seller-name').fill('Corrente S.r.l.');
      await page.getByTestId('party-seller-country').fill('IT');
      await page.getByTestId('profile-footer').fill('Grazie!');
      await page.getByTestId('paper').getByText('Corrente S.r.l.').waitFor();
      await look.at('invoice-profile');
      const [sample] = await Promise.all([page.waitForEvent('download'), page.getByTestId('profile-pdf').click()]);
      assert.equal(sample.suggestedFilename(), 'sample.pdf');
      await page.getByTestId('profile-save').click();
      await page.getByText('Profile saved').waitFor();

      for (const [name, path, mark] of [
        ['issue', '/documents?edit=new', 'issue-form'],
        ['reports', '/reports', 'report'],
        ['ledger', '/ledger', 'trial-balance'],
      ]) {
        await page.goto(path);
        await page.getByTestId(mark).waitFor();
        await look.at(name, wide);
      }
      for (const [name, title] of [
        ['complaints', 'Complaints'],
        ['receivables', 'Receivables'],
        ['payments', 'Payments'],
        ['reconciliation', 'Reconciliation'],
        ['invoice-requests', 'Invoice requests'],
      ]) {
        await page.goto(`/${name}`);
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        await look.at(name, wide);
      }
    });
    assert.equal((await api.get(`drivers/${driver.driver_id}/wallet`)).company_name, 'Navigli Taxi');
  });
});
