import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { me, openConsole, playServer } from '../testing/stage';

const patient = { timeout: 10_000 };
const ada = { driver_id: 'd1', display_name: 'Ada Lovelace', email: 'ada@example.org', status: 'active' };
const token = {
  token_id: 't1',
  value: '04A1',
  label: '',
  kind: 'rfid',
  status: 'active',
  group: null,
  expires_at: null,
};
const page = (items: unknown[]) => ({ items, next_cursor: null, total: items.length });

/** A console in the hands of somebody with these rights. */
async function openAs(permissions: string[], address: string) {
  playServer(({ path }) => {
    if (path === '/api/v1/auth/me') return { status: 200, body: { ...me, permissions } };
    if (path === '/api/v1/drivers')
      return {
        status: 200,
        body: page([{ ...ada, token_count: 1, session_count: 2, created_at: '2026-01-01T00:00:00Z' }]),
      };
    if (path === '/api/v1/tokens')
      return {
        status: 200,
        body: page([{ ...token, driver_id: 'd1', driver_name: ada.display_name, created_at: '2026-01-01T00:00:00Z' }]),
      };
    return undefined;
  });
  await openConsole(address);
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ['/drivers', ada.display_name, '/drivers?edit=d1'],
  ['/tokens', ada.display_name, '/drivers?edit=d1'],
  ['/tokens', token.value, '/tokens?edit=04A1'],
])(
  'links at %s what stands for %s only for who may open it',
  async (address, words, to) => {
    await openAs(['read', 'manage_access'], address);
    const link = await screen.findByRole('link', { name: words }, patient);
    expect(link.getAttribute('href')).toBe(to);
    act(() => session.signOut());
    cleanup();
    await openAs(['read'], address);
    expect(await screen.findByText(words, {}, patient)).toBeTruthy();
    expect(screen.queryByRole('link', { name: words })).toBeNull();
    fireEvent.click(screen.getByText(words));
    expect(window.location.search).toBe('');
  },
  30_000,
);
