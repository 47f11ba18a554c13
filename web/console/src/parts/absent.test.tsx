import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { me, openConsole, playServer } from '../testing/stage';

const permissions = [...me.permissions, 'manage_money', 'read_money', 'manage_prices', 'manage_webhooks'];
const patient = { timeout: 10_000 };

function answer({ method, path }: { method: string; path: string }) {
  if (path === '/api/v1/auth/me') return { status: 200, body: { ...me, permissions } };
  if (path === '/api/v1/reports/revenue') return { status: 200, body: { rows: [], sums: [] } };
  if (method === 'GET' && path.includes('/nobody'))
    return { status: 404, body: { code: 'not_found.thing', detail: 'there is no such thing' } };
  return undefined;
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ['/stations?site=nobody&q=a', 'There is no such site'],
  ['/sessions?driver=nobody', 'There is no such driver'],
  ['/sessions?station=nobody', 'There is no such station'],
  ['/sessions?site=nobody', 'There is no such site'],
  ['/commands?station=nobody', 'There is no such station'],
  ['/reservations?station=nobody', 'There is no such station'],
  ['/tokens?group=nobody', 'There is no such token group'],
  ['/tokens?driver=nobody', 'There is no such driver'],
  ['/offers/coupons?offer=nobody', 'There is no such offer'],
  ['/receivables?debtor=company%3Anobody', 'There is no such company'],
  ['/partners?of=nobody', 'There is no such partner'],
  ['/reports?tariff=nobody', 'There is no such tariff'],
])(
  'says at %s what the filter names in vain, and takes it away',
  async (address, words) => {
    playServer(answer);
    await openConsole(address);
    expect(await screen.findByText(words, {}, patient)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show the list without this filter' }));
    await waitFor(() => expect(window.location.search).not.toContain('nobody'), patient);
    if (address.includes('q=a')) expect(window.location.search).toBe('?q=a');
    await waitFor(() => expect(screen.queryByText(words)).toBeNull(), patient);
  },
  30_000,
);

it('says only that nothing fits where what the filter names is there', async () => {
  playServer(answer);
  await openConsole('/sessions?driver=somebody');
  expect(await screen.findByText('Nothing fits', {}, patient)).toBeTruthy();
  fireEvent.click(screen.getByTestId('only-of'));
  await waitFor(() => expect(window.location.search).toBe(''), patient);
});

it.each([
  ['/sites/nobody', '/sites'],
  ['/stations/nobody', '/stations'],
  ['/sessions/nobody', '/sessions'],
  ['/tariffs/nobody', '/tariffs'],
  ['/tariffs/what-if?question=nobody', '/tariffs/what-if'],
  ['/offers/nobody', '/offers'],
  ['/companies/nobody', '/companies'],
  ['/ledger/nobody', '/ledger'],
  ['/settlements/nobody', '/settlements'],
  ['/webhooks/nobody', '/webhooks'],
  ['/wire?station=nobody', '/stations'],
])(
  'leads from %s, which is none, to the list %s',
  async (address, list) => {
    playServer(answer);
    await openConsole(address);
    const said = await screen.findByRole('alert', {}, patient);
    expect(said.textContent).toContain('This does not exist');
    expect(said.querySelector('a')?.getAttribute('href')).toBe(list);
  },
  30_000,
);
