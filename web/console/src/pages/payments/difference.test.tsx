import type { Schemas } from '@busbar/client';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { keptDifference } from '../../queries/payments';
import { type Asked, me, openConsole, playServer } from '../../testing/stage';

beforeAll(async () => {
  await import('./ReconciliationPage');
}, 60_000);

const patient = { timeout: 10_000 };
const at = '2026-11-21T10:00:00Z';
const found: Schemas['Difference'] = {
  difference_id: 'f1',
  operator_id: 'o1',
  provider: 'stripe',
  day: '2026-11-20',
  reason: 'amount',
  subject: 'txn-1',
  payment_id: null,
  refund_id: null,
  provider_ref: 'ref',
  here: 100,
  there: 90,
  currency: 'EUR',
  state: 'in_hand',
  owner: 'Ada',
  note: 'asked the bank',
  found_at: at,
  changed_at: at,
};
let difference = found;

function answer({ method, path, query, body }: Asked) {
  if (path === '/api/v1/auth/me')
    return { status: 200, body: { ...me, permissions: [...me.permissions, 'read_money', 'manage_money'] } };
  if (path === '/api/v1/payment-differences/f1') {
    if (method === 'PUT') difference = { ...difference, ...(body as Schemas['DifferenceBody']) };
    return { status: 200, body: difference };
  }
  if (path !== '/api/v1/payment-differences') return undefined;
  const items = [difference].filter(({ state }) => !query.has('state') || query.get('state') === state);
  return { status: 200, body: { items, next_cursor: null, total: items.length } };
}

beforeEach(() => {
  difference = found;
});
afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

const changesOf = (asked: Asked[]) => asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);

it('gives a difference back to who looked after it', async () => {
  const asked = playServer(answer);
  await openConsole('/reconciliation?edit=f1');
  fireEvent.change(await screen.findByTestId('difference-owner', {}, patient), { target: { value: 'Berta' } });
  fireEvent.click(screen.getByTestId('difference-save'));
  fireEvent.click(await screen.findByTestId('undo', {}, patient));
  await screen.findByText('Taken back', {}, patient);
  const { state, owner, note } = found;
  expect(changesOf(asked)).toEqual([
    { state, owner: 'Berta', note },
    { state, owner, note },
  ]);
}, 30_000);

it('asks before a difference is settled, which nobody opens again', async () => {
  const asked = playServer(answer);
  await openConsole('/reconciliation?edit=f1');
  await screen.findByTestId('difference-owner', {}, patient);
  fireEvent.mouseDown(screen.getAllByRole('combobox').at(-1) as Element);
  fireEvent.click(await screen.findByText('resolved', { selector: '.ant-select-item-option-content' }, patient));
  fireEvent.click(screen.getByTestId('difference-save'));
  const yes = await screen.findByTestId('ask-yes', {}, patient);
  expect(changesOf(asked)).toEqual([]);
  fireEvent.click(yes);
  await waitFor(() => expect(changesOf(asked)).toMatchObject([{ state: 'resolved' }]), patient);
  await screen.findByText(/^Saved/, {}, patient);
  expect(screen.queryByTestId('undo')).toBeNull();
}, 30_000);

it.each([
  [{ owner: '' }, {}, false],
  [{ note: '' }, { note: 'asked the bank' }, false],
  [{ note: '' }, { note: '' }, true],
  [{}, { state: 'accepted' }, false],
  [{ state: 'open' }, { owner: 'Berta' }, true],
] as const)('knows what of a difference can return: %o, %o', (was, left, can) => {
  expect(keptDifference.canReturn?.({ ...found, ...was }, { ...found, ...left })).toBe(can);
});
