import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aReceipt, aSession, aStation } from '../testing/fixtures';
import { aCost, aLine, anEntry, aPrice, aQuote, aWallet } from '../testing/money';
import { renderApp } from '../testing/renderApp';
import { problem, serve } from '../testing/server';
import { queryClient } from './queryClient';

const person = userEvent.setup();
const textOf = (testId: string) => screen.getByTestId(testId).textContent?.replace(/[\u202f\u00a0]/g, ' ');
const payOptions = { currency: 'EUR', items: [{ provider: 'stripe', way: 'page', can_hold: true }] };

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(console, 'error').mockImplementation((...words) => {
    throw new Error(words.join(' '));
  });
});

describe('the price before the start', () => {
  it('stands beside the button, and tells all of it when pressed', async () => {
    const { asked } = serve({
      'GET /stations/MI-AC-01': { body: aStation() },
      'GET /stations/MI-AC-01/quote': { body: aQuote() },
    });
    await renderApp('/s/MI-AC-01/1');
    const bar = await screen.findByTestId('price');
    expect(textOf('price')).toBe('€0.59 per kWh30.00 kWh in 1 hr: €17.70, tax included');
    expect(asked.find(({ path }) => path.endsWith('/quote'))?.query.get('evse_id')).toBe('1');
    await person.click(bar);
    expect(textOf('price-words')).toBe('Energy: €0.59 per kWh, with 22 % tax.Prices hold the tax.');
    expect(within(screen.getByTestId('price-week')).getAllByRole('img', { hidden: true })).toHaveLength(7);
    const example = within(screen.getByTestId('price-example'));
    expect(example.getByTestId('price-gross').textContent).toBe('€17.70');
    expect(example.getByTestId('price-tax').textContent).toBe('€3.19');
  });

  it('is not there where charging is free, and says so where it cannot be asked for', async () => {
    const { answers } = serve({
      'GET /stations/MI-AC-01': { body: aStation() },
      'GET /stations/MI-AC-01/quote': problem(404, 'not_found.tariff_there'),
    });
    await renderApp('/s/MI-AC-01/1');
    await screen.findByTestId('start');
    await waitFor(() => expect(screen.queryByTestId('price-waiting')).toBeNull());
    expect(screen.queryByTestId('price')).toBeNull();

    answers['GET /stations/MI-AC-01/quote'] = problem(409, 'conflict.something');
    document.body.replaceChildren();
    await renderApp('/s/MI-AC-01/1');
    const failed = await screen.findByTestId('price-failed');
    answers['GET /stations/MI-AC-01/quote'] = { body: aQuote() };
    await person.click(within(failed).getByRole('button'));
    await screen.findByTestId('price');
  });
});

it('leads to the top-up where a start is refused for want of money', async () => {
  serve({
    'GET /stations/MI-AC-01': { body: aStation() },
    'POST /sessions': problem(409, 'conflict.token_refused', { verdict: 'no_funds' }),
  });
  await renderApp('/s/MI-AC-01/1', { isSignedIn: true });
  await person.click(await screen.findByTestId('start'));
  await screen.findByText(/not enough money in your wallet/);
  expect(screen.getByTestId('to-top-up').getAttribute('href')).toBe('/app/wallet/top-up');
});

describe('the cost of a running charge', () => {
  it('is told with its age and its lines', async () => {
    const priced = new Date(Date.now() - 12_000).toISOString();
    serve({
      'GET /sessions/ses-1': { body: aSession({ cost: aCost({ gross: 200, priced_at: '2026-05-04T08:00:00Z' }) }) },
      'GET /sessions/ses-1/price': { body: aPrice({ priced_at: priced }) },
    });
    await renderApp('/sessions/ses-1', { isSignedIn: true });
    await waitFor(async () => expect((await screen.findByTestId('cost-amount')).textContent).toBe('€2.12'));
    expect(textOf('cost')).toMatch(/as of 1\d sec ago/);
    await person.click(screen.getByTestId('cost'));
    expect(textOf('cost-lines')).toContain('3.6 kWh × €0.59');
  });

  it('is not there without a tariff', async () => {
    serve({ 'GET /sessions/ses-1': { body: aSession() } });
    await renderApp('/sessions/ses-1', { isSignedIn: true });
    await screen.findByTestId('session-charging');
    expect(screen.queryByTestId('cost')).toBeNull();
  });
});

describe('the receipt', () => {
  it('tells lines, discounts, tax, total, and what was corrected', async () => {
    const lines = [
      aLine({ quantity: '6.379', net: 308, tax: 68, gross: 376, reason: 'peak' }),
      aLine({
        kind: 'discount',
        quantity: '1',
        unit: 'session',
        unit_price: '-1.00',
        net: -82,
        tax: -18,
        gross: -100,
        reason: 'Welcome',
      }),
    ];
    const before = {
      revision: 1,
      priced_at: '2026-05-04T10:00:00Z',
      net: 308,
      tax: 68,
      gross: 376,
      energy_wh: 6379,
      is_final: false,
    };
    const price = aPrice({ lines, net: 226, tax: 50, gross: 276, revision: 2, is_final: true, revisions: [before] });
    serve({ 'GET /sessions/ses-1/receipt': { body: aReceipt({ price }) } });
    await renderApp('/receipts/ses-1', { isSignedIn: true });
    const paper = within(await screen.findByTestId('receipt-price'));
    const told = paper.getAllByTestId('price-line').map((line) => line.textContent?.replace(/[\u202f\u00a0]/g, ' '));
    expect(told[0]).toBe('Energy6.379 kWh × €0.59 · Peak period · 11:00–12:00€3.76');
    expect(told[1]).toContain('DiscountWelcome');
    expect(told[1]).toContain('-€1.00');
    expect(paper.getByTestId('price-net').textContent).toBe('€2.26');
    expect(paper.getByTestId('price-tax').textContent).toBe('€0.50');
    expect(paper.getByTestId('price-gross').textContent).toBe('€2.76');
    expect(paper.getByTestId('earlier-price').textContent).toContain('€3.76');
    expect(paper.queryByTestId('not-final')).toBeNull();
  });

  it('has no price where none was computed', async () => {
    serve({ 'GET /sessions/ses-1/receipt': { body: aReceipt() } });
    await renderApp('/receipts/ses-1', { isSignedIn: true });
    await screen.findByTestId('receipt');
    expect(screen.queryByTestId('receipt-price')).toBeNull();
  });
});

describe('the wallet', () => {
  it('tells what can be spent, what is held, and what moved', async () => {
    serve({
      'GET /wallet': { body: aWallet() },
      'GET /wallet/entries': {
        body: {
          items: [
            anEntry({ transfer_id: 't2', kind: 'hold', amount: 2961, balance: 4961, session_id: 'ses-1' }),
            anEntry({ transfer_id: 't2', kind: 'hold', amount: -3000, balance: 2000, session_id: 'ses-1' }),
            anEntry(),
          ],
          next_cursor: null,
          total: null,
        },
      },
      'GET /coupons': { body: { items: [] } },
      'GET /pay-options': { body: payOptions },
    });
    await renderApp('/wallet', { isSignedIn: true });
    expect((await screen.findByTestId('wallet-balance')).textContent).toBe('€20.00');
    expect(textOf('wallet-held')).toBe('€30.00');
    expect(screen.queryByTestId('wallet-owed')).toBeNull();
    const moved = (await screen.findAllByTestId('wallet-entry')).map((entry) => entry.textContent);
    expect(moved[0]).toMatch(/^Given back from what was held.*\+€29\.61then €49\.61$/);
    expect(moved[1]).toMatch(/^Held for a charge.*-€30\.00then €20\.00$/);
    expect((await screen.findByTestId('to-top-up')).getAttribute('href')).toBe('/app/wallet/top-up');
  });

  it('redeems a coupon, and tells why another one is refused', async () => {
    const coupon = {
      coupon_id: 'c1',
      code: 'WELCOME',
      offer_name: 'Welcome',
      redeemed_at: '2026-05-04T09:00:00Z',
      session_id: null,
    };
    const { asked, answers } = serve({
      'GET /wallet': { body: aWallet({ held: 0, balance: 100, status: 'frozen', owed: 250 }) },
      'GET /wallet/entries': { body: { items: [], next_cursor: null, total: null } },
      'GET /coupons': { body: { items: [] } },
      'GET /pay-options': { body: payOptions },
      'POST /coupons': problem(404, 'not_found.coupon'),
    });
    await renderApp('/wallet', { isSignedIn: true });
    await person.type(await screen.findByTestId('coupon-code'), ' WELCOME ');
    await person.click(screen.getByTestId('coupon-redeem'));
    await screen.findByText(/There is no coupon with this code/);
    answers['POST /coupons'] = { body: { items: [coupon] } };
    await person.click(screen.getByTestId('coupon-redeem'));
    expect((await screen.findByTestId('coupon')).textContent).toContain('Waits for your next charge');
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ code: 'WELCOME' });
    expect(textOf('wallet-owed')).toBe('€2.50');
    expect(screen.getByTestId('wallet-status').textContent).toContain('frozen');
    expect(screen.queryByTestId('to-top-up')).toBeNull();
    expect(screen.getByText('Nothing has moved here yet.')).toBeDefined();
  });

  it('is linked from the account with its balance, and hidden where the operator keeps no money', async () => {
    const { answers } = serve({ 'GET /wallet': { body: aWallet() } });
    await renderApp('/account', { isSignedIn: true });
    expect((await screen.findByTestId('to-wallet')).textContent).toBe('Wallet€20.00');

    answers['GET /wallet'] = { body: aWallet({ mode: 'none', account_id: null, balance: 0, held: 0 }) };
    document.body.replaceChildren();
    await renderApp('/wallet', { isSignedIn: true });
    await screen.findByText('No wallet here');
    expect(screen.queryByTestId('wallet-balance')).toBeNull();
  });

  it('says what went wrong, and tries again', async () => {
    const { answers } = serve({ 'GET /wallet': problem(403, 'denied.something') });
    await renderApp('/wallet', { isSignedIn: true });
    await screen.findByTestId('page-problem');
    answers['GET /wallet'] = { body: aWallet() };
    await person.click(within(screen.getByTestId('page-problem')).getByRole('button'));
    await screen.findByTestId('wallet-balance');
  });
});

it('reads the wallet and prices again after a plan was joined', async () => {
  const plan = {
    plan_id: 'pl-1',
    name: 'Plus',
    currency: 'EUR',
    currency_digits: 2,
    monthly_price: 990,
    monthly_minimum: 0,
    included_wh: 0,
    included_left_wh: null,
    is_member: false,
    joined_at: null,
  };
  serve({
    'GET /plans': { body: { items: [plan] } },
    'POST /plans/pl-1/join': { body: { items: [{ ...plan, is_member: true }] } },
  });
  await renderApp('/plans', { isSignedIn: true });
  const old = [['wallet'], ['quote', 'MI-AC-01', 1, true]];
  for (const key of old) queryClient.setQueryData(key, {});
  await person.click(await screen.findByTestId('plan-change'));
  expect(screen.getByText(/taken from your wallet/)).toBeDefined();
  await person.click(screen.getByTestId('plan-confirm'));
  await screen.findByText('Leave');
  for (const key of old) expect(queryClient.getQueryState(key)?.isInvalidated).toBe(true);
});

it('reads prices again after a coupon was redeemed', async () => {
  serve({
    'GET /wallet': { body: aWallet() },
    'GET /coupons': { body: { items: [] } },
    'POST /coupons': { body: { items: [] } },
  });
  await renderApp('/wallet', { isSignedIn: true });
  await person.type(await screen.findByTestId('coupon-code'), 'WELCOME');
  queryClient.setQueryData(['quote', 'MI-AC-01'], {});
  await person.click(screen.getByTestId('coupon-redeem'));
  await waitFor(() => expect(queryClient.getQueryState(['quote', 'MI-AC-01'])?.isInvalidated).toBe(true));
});

it.each([
  ['/wallet', '/wallet/entries', anEntry(), 'Earlier movements'],
  ['/history', '/sessions', aSession({ state: 'ended', is_open: false }), 'Load earlier charges'],
] as const)('says on %s that earlier rows could not be read', async (address, path, row, more) => {
  const { answers } = serve({
    'GET /wallet': { body: aWallet() },
    [`GET ${path}`]: { body: { items: [row], next_cursor: 'c', total: null } },
  });
  await renderApp(address, { isSignedIn: true });
  const button = await screen.findByText(more);
  answers[`GET ${path}`] = problem(403, 'denied.x');
  await person.click(button);
  await screen.findByRole('alert');
});
