import type { Schemas } from '@busbar/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { aReceipt } from '../testing/fixtures';
import { renderApp } from '../testing/renderApp';
import { serve } from '../testing/server';

const person = userEvent.setup();
const receipt = aReceipt();
const sessionId = receipt.session_id;

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation((...words) => {
    throw new Error(words.join(' '));
  });
});

function aPaper(changes: Partial<Schemas['DocumentSummary']> = {}): Partial<Schemas['DocumentSummary']> {
  return {
    document_id: 'd-1',
    kind: 'receipt',
    reference: 'R2026-000001',
    currency: 'CNY',
    credit_id: null,
    invoice_id: null,
    request_id: 'q-1',
    session_id: sessionId,
    ...changes,
  };
}

function aRequest(changes: Partial<Schemas['InvoiceRequest']> = {}): Partial<Schemas['InvoiceRequest']> {
  return {
    request_id: 'q-1',
    kind: 'fapiao_normal',
    state: 'requested',
    session_ids: [sessionId],
    document_id: null,
    buyer: { name: 'Acme' } as Schemas['Party'],
    fapiao_code: '',
    fapiao_number: '',
    note: '',
    changed_at: '2026-05-04T10:00:00Z',
    ...changes,
  };
}

it.each([
  ['requested', {}, 'Requested'],
  ['issued', { fapiao_code: '011002', fapiao_number: '23456789' }, '011002 23456789'],
  ['refused', { note: 'The tax number is wrong.' }, 'The tax number is wrong.'],
] as const)('shows a wish for a fapiao that is %s', async (state, changes, words) => {
  serve({
    [`GET /sessions/${sessionId}/receipt`]: { body: receipt },
    'GET /documents': { body: { items: [aPaper()], next_cursor: null, total: null } },
    'GET /invoice-requests': {
      body: { items: [aRequest({ state, ...changes }), aRequest({ request_id: 'q-0', session_ids: ['other'] })] },
    },
  });
  await renderApp(`/receipts/${sessionId}`, { isSignedIn: true });
  const shown = await screen.findByTestId('invoice-request');
  expect(shown.dataset.state).toBe(state);
  expect(shown.textContent).toContain(words);
  expect(screen.getByTestId('receipt-pdf')).toBeDefined();
  expect(screen.queryByTestId('ask-invoice')).toBeNull();
});

it('shows the invoice itself in the place of the wish for it', async () => {
  serve({
    [`GET /sessions/${sessionId}/receipt`]: { body: receipt },
    'GET /documents': { body: { items: [aPaper({ invoice_id: 'd-2' })], next_cursor: null, total: null } },
    'GET /documents/d-2': { body: aPaper({ document_id: 'd-2', kind: 'invoice', reference: 'F2026-000001' }) },
    'GET /invoice-requests': { body: { items: [aRequest({ kind: 'invoice', state: 'issued', document_id: 'd-2' })] } },
  });
  await renderApp(`/receipts/${sessionId}`, { isSignedIn: true });
  await screen.findByTestId('invoice-pdf');
  await waitFor(() => expect(screen.queryByTestId('invoice-request')).toBeNull());
});

it('asks for the receipt until it is written, where the charge ended just now', async () => {
  const ended = aReceipt({ ended_at: new Date().toISOString() });
  const { asked, answers } = serve({
    [`GET /sessions/${sessionId}/receipt`]: { body: ended },
    'GET /documents': { body: { items: [], next_cursor: null, total: null } },
    'GET /invoice-requests': { body: { items: [] } },
  });
  await renderApp(`/receipts/${sessionId}`, { isSignedIn: true });
  await waitFor(() => expect(asked.some(({ path }) => path === '/documents')).toBe(true));
  expect(screen.queryByTestId('papers')).toBeNull();
  answers['GET /documents'] = { body: { items: [aPaper({ request_id: null })], next_cursor: null, total: null } };
  await screen.findByTestId('receipt-pdf');
  screen.getByTestId('ask-invoice');
});

it('forgets a saved card only when its owner says so twice', async () => {
  const card = { method_id: 'm-1', label: 'Visa 4242', expires: '12/34', provider: 'stripe', created_at: '' };
  const cards = { body: { items: [card] } };
  const { asked, answers } = serve({
    'GET /pay-options': { body: { currency: 'EUR', items: [{ provider: 'stripe', way: 'page', can_hold: true }] } },
    'GET /payment-cards': cards,
    'GET /payments': { body: { items: [] } },
    'DELETE /payment-cards/m-1': { status: 204 },
  });
  await renderApp('/wallet/top-up', { isSignedIn: true });
  await person.click(await screen.findByTestId('saved-card-remove'));
  const sheet = within(screen.getByTestId('saved-card-remove-sheet'));
  await person.click(sheet.getByText('Cancel'));
  expect(asked.some(({ method }) => method === 'DELETE')).toBe(false);
  await person.click(screen.getByTestId('saved-card-remove'));
  answers['GET /payment-cards'] = { body: { items: [] } };
  await person.click(screen.getByTestId('form-submit'));
  await waitFor(() => expect(screen.queryByTestId('saved-card')).toBeNull());
  expect(asked.some(({ method, path }) => method === 'DELETE' && path === '/payment-cards/m-1')).toBe(true);
});
