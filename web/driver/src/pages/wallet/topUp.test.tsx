import type { Schemas } from '@busbar/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aStation } from '../../testing/fixtures';
import { aQuote } from '../../testing/money';
import { renderApp } from '../../testing/renderApp';
import { problem, serve } from '../../testing/server';

const person = userEvent.setup();
const byCode = {
  currency: 'CNY',
  items: [
    { provider: 'wechatpay', way: 'code', can_hold: false },
    { provider: 'alipay', way: 'page', can_hold: false },
  ],
};
const byCard = { currency: 'EUR', items: [{ provider: 'stripe', way: 'page', can_hold: true }] };

function aPayment(changes: Partial<Schemas['DriverPayment']> = {}): Schemas['DriverPayment'] {
  return {
    payment_id: 'p-1',
    provider: 'wechatpay',
    way: 'code',
    purpose: 'top_up',
    state: 'pending',
    amount: 2500,
    captured: 0,
    refunded: 0,
    currency: 'CNY',
    page_url: '',
    code_text: 'weixin://pay',
    code_image: 'data:image/svg+xml,x',
    order_text: '',
    method_label: '',
    failure_code: '',
    created_at: '2026-05-04T09:00:00Z',
    expires_at: null,
    ...changes,
  };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation((...words) => {
    throw new Error(words.join(' '));
  });
});

const cutLine = () => {
  throw new TypeError('the line is cut');
};
const keysOf = (asked: ReturnType<typeof serve>['asked'], path: string) =>
  asked
    .filter((each) => each.method === 'POST' && each.path === path)
    .map(({ headers }) => headers.get('Idempotency-Key'));

describe('a top-up by code', () => {
  it('shows the code until it is paid, with no button for a second payment, and reads the wallet then', async () => {
    const { asked, answers } = serve({
      'GET /pay-options': { body: byCode },
      'GET /payment-cards': { body: { items: [] } },
      'GET /payments': { body: { items: [] } },
      'GET /payments/p-1': { body: aPayment() },
      'POST /top-ups': { status: 202, body: aPayment() },
    });
    await renderApp('/wallet/top-up', { isSignedIn: true });
    const pay = await screen.findByTestId('top-up-pay');
    answers['GET /payments'] = { body: { items: [aPayment()] } };
    await person.click(pay);
    await screen.findByTestId('top-up-code');
    expect(screen.queryByTestId('top-up-pay')).toBeNull();
    expect((await screen.findByTestId('my-payment')).dataset.state).toBe('pending');

    const paid = aPayment({ state: 'captured', captured: 2500, code_image: '', code_text: '' });
    answers['GET /payments'] = { body: { items: [paid] } };
    answers['GET /payments/p-1'] = { body: paid };
    const read = () => asked.filter(({ path }) => path === '/payment-cards').length;
    const before = read();
    await waitFor(() => expect(screen.getByTestId('top-up-standing').dataset.state).toBe('captured'));
    expect(screen.queryByTestId('top-up-code')).toBeNull();
    expect(screen.getByTestId('top-up-standing').textContent).toContain('CN¥25.00 paid');
    screen.getByTestId('top-up-pay');
    await waitFor(() => expect(read()).toBeGreaterThan(before));
  });

  it('takes the code away when another amount is chosen', async () => {
    const { asked } = serve({
      'GET /pay-options': { body: byCode },
      'GET /payment-cards': { body: { items: [] } },
      'GET /payments': { body: { items: [aPayment()] } },
      'GET /payments/p-1': { body: aPayment() },
      'POST /top-ups': { status: 202, body: aPayment() },
    });
    await renderApp('/wallet/top-up', { isSignedIn: true });
    await person.click(await screen.findByTestId('top-up-pay'));
    await screen.findByTestId('top-up-code');
    await person.click(screen.getByTestId('amount-5000'));
    expect(screen.queryByTestId('top-up-code')).toBeNull();
    expect(screen.getByTestId('top-up-pay').textContent).toContain('50.00');
    await person.click(screen.getByTestId('top-up-pay'));
    await screen.findByTestId('top-up-code');
    expect(new Set(keysOf(asked, '/top-ups')).size).toBe(2);
  });

  it('says that a payment failed which the provider refused at once', async () => {
    serve({
      'GET /pay-options': { body: byCode },
      'GET /payment-cards': { body: { items: [] } },
      'GET /payments': { body: { items: [] } },
      'POST /top-ups': { status: 202, body: aPayment({ state: 'failed', code_image: '' }) },
    });
    await renderApp('/wallet/top-up', { isSignedIn: true });
    await person.click(await screen.findByTestId('top-up-pay'));
    await screen.findByText('This payment did not go through.');
    expect(screen.queryByTestId('save-card')).toBeNull(); // nobody here keeps cards
  });
});

describe('a second try', () => {
  it('of a top-up carries the same key until the server has refused one', async () => {
    const { asked, answers } = serve({
      'GET /pay-options': { body: byCode },
      'GET /payments': { body: { items: [] } },
      'POST /top-ups': cutLine,
    });
    await renderApp('/wallet/top-up', { isSignedIn: true });
    const pay = await screen.findByTestId('top-up-pay');
    for (const answer of [cutLine, problem(500, 'x'), problem(409, 'conflict.x'), problem(409, 'conflict.x')]) {
      answers['POST /top-ups'] = answer;
      const before = keysOf(asked, '/top-ups').length;
      await person.click(pay);
      await waitFor(() => expect(keysOf(asked, '/top-ups')).toHaveLength(before + 1));
      await screen.findByRole('alert');
      await waitFor(() => expect(pay.className).not.toContain('loading'));
    }
    const [first, second, third, fourth] = keysOf(asked, '/top-ups');
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('of a guest carries the same key where the line broke', async () => {
    const { asked } = serve({
      'GET /stations/MI-AC-01': { body: aStation() },
      'GET /stations/MI-AC-01/quote': { body: aQuote() },
      'GET /pay-options': { body: byCard },
      'POST /guest-payments': cutLine,
    });
    await renderApp('/g/MI-AC-01/1');
    for (const count of [1, 2]) {
      await person.click(await screen.findByTestId('guest-pay'));
      await waitFor(() => expect(keysOf(asked, '/guest-payments')).toHaveLength(count));
      await screen.findByRole('alert');
    }
    expect(new Set(keysOf(asked, '/guest-payments')).size).toBe(1);
  });

  it('to save a card carries the same key where the line broke, or the provider was not reached', async () => {
    const unopened = { status: 202, body: aPayment({ purpose: 'card', state: 'created', amount: 0 }) };
    const { asked, answers } = serve({
      'GET /pay-options': { body: byCard },
      'GET /payments': { body: { items: [] } },
    });
    await renderApp('/wallet/top-up', { isSignedIn: true });
    const save = await screen.findByTestId('save-card');
    for (const answer of [unopened, cutLine, unopened]) {
      answers['POST /payment-cards'] = answer;
      const before = keysOf(asked, '/payment-cards').length;
      await person.click(save);
      await waitFor(() => expect(keysOf(asked, '/payment-cards')).toHaveLength(before + 1));
      await screen.findByText(/payment page could not be opened/);
      await waitFor(() => expect(save.className).not.toContain('loading'));
    }
    expect(new Set(keysOf(asked, '/payment-cards')).size).toBe(1);
  });
});

it('lists what was taken of what was set aside, and no amount where a card was saved', async () => {
  serve({
    'GET /pay-options': { body: byCard },
    'GET /payments': {
      body: {
        items: [
          aPayment({ purpose: 'session', state: 'captured', amount: 5000, captured: 1234, currency: 'EUR' }),
          aPayment({ payment_id: 'p-2', purpose: 'card', state: 'captured', amount: 0, currency: 'EUR' }),
        ],
      },
    },
  });
  await renderApp('/wallet/top-up', { isSignedIn: true });
  const [taken, saved] = await screen.findAllByTestId('my-payment');
  expect(taken?.textContent).toContain('€12.34');
  expect(within(saved as HTMLElement).queryByText('€0.00')).toBeNull();
  expect(saved?.textContent).toContain('card saved');
});
