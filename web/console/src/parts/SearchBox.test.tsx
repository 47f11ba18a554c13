import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { openConsole, playServer } from '../testing/stage';

/** Longer than the box waits for more letters. */
const LOADING_MILLIS = 800;
const patient = { timeout: 10_000 };

vi.mock('../pages/money/LedgerAccountPage', async (load) => {
  await new Promise((resolve) => setTimeout(resolve, LOADING_MILLIS));
  return load();
});

beforeAll(async () => {
  await import('../pages/money/LedgerPage');
}, 60_000);

afterEach(() => {
  act(() => session.signOut());
  vi.unstubAllGlobals();
});

const account = {
  account_id: 'a1',
  kind: 'wallet',
  owner: 'driver:d1',
  owner_name: 'Ugo Foscolo',
  currency: 'EUR',
  status: 'open',
  balance: 2345,
};
const trial = { currency: 'EUR', lines: [], debits: 0, credits: 0, is_balanced: true };

async function openLedger() {
  playServer(({ path }) => {
    if (path === '/api/v1/ledger/trial-balance') return { status: 200, body: trial };
    if (path === '/api/v1/ledger/accounts/a1') return { status: 200, body: account };
    if (path !== '/api/v1/ledger/accounts') return undefined;
    return { status: 200, body: { items: [account], next_cursor: null, total: 1 } };
  });
  const router = await openConsole('/ledger');
  return { router, box: await screen.findByTestId('account-search', {}, patient) };
}

it('searches by itself when the typing pauses', async () => {
  const { router, box } = await openLedger();
  fireEvent.change(box, { target: { value: 'Ugo' } });
  await waitFor(() => expect(router.state.location.href).toBe('/ledger?q=Ugo'), patient);
}, 30_000);

it('does not lead back from a link that was pressed before the search began', async () => {
  const { router, box } = await openLedger();
  const link = await screen.findByText('Ugo Foscolo', {}, patient);
  const before = router.history.length;
  fireEvent.change(box, { target: { value: 'Ugo' } });
  fireEvent.click(link);
  await waitFor(() => expect(router.state.resolvedLocation?.href).toBe('/ledger/a1'), patient);
  expect(router.history.length).toBe(before + 1);
}, 30_000);
