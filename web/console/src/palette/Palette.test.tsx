import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { makeStation, me, openConsole, playServer } from '../testing/stage';

beforeAll(async () => {
  await Promise.all([import('./Palette'), import('./KeyHelp'), import('../pages/stations/StationsPage')]);
}, 60_000);

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true;
  };
  Element.prototype.scrollIntoView ??= () => undefined;
});

afterEach(() => {
  act(() => session.signOut());
  vi.unstubAllGlobals();
});

const patient = { timeout: 10_000 };
const berta = { driver_id: 'd1', display_name: 'Berta', email: 'berta@drivers.example' };
const found = { items: [makeStation({ station_id: 'MI-7', name: 'Column 7' })], next_cursor: null, total: null };

async function openPalette(permissions = me.permissions) {
  playServer(({ path, query }) => {
    if (path === '/api/v1/stations/MI-7') return { status: 200, body: found.items[0] };
    if (path === '/api/v1/auth/me') return { status: 200, body: { ...me, permissions } };
    if (path === '/api/v1/drivers' && query.get('q') === 'berta') {
      return { status: 200, body: { items: [berta], next_cursor: null, total: null } };
    }
    return path === '/api/v1/stations' && query.get('q') === 'mi-7' ? { status: 200, body: found } : undefined;
  });
  const router = await openConsole('/stations');
  await screen.findByTestId('nav-stations', {}, patient);
  await screen.findByText('No stations yet', {}, patient);
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
  return { router, input: await screen.findByTestId('palette-input', {}, patient) };
}

it('jumps to what was typed', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.keyDown(input, { key: 'Enter' });
  await waitFor(() => expect(router.state.location.href).toBe('/stations/MI-7'), patient);
}, 30_000);

it('shows what can be done with a station, and leads there', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.keyDown(input, { key: 'Tab' });
  fireEvent.change(input, { target: { value: 'restart' } });
  fireEvent.keyDown(input, { key: 'Enter' });
  await waitFor(() => expect(router.state.location.href).toBe('/stations/MI-7?tab=commands&command=reset'), patient);
}, 30_000);

it('leads to a driver, and shows what can be looked at', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'berta' } });
  await screen.findByText('Berta', {}, patient);
  fireEvent.keyDown(input, { key: 'Tab' });
  await screen.findByRole('option', { name: /Open the driver/ }, patient);
  fireEvent.change(input, { target: { value: 'sessions' } });
  fireEvent.keyDown(input, { key: 'Enter' });
  await waitFor(() => expect(router.state.location.href).toBe('/sessions?driver=d1'), patient);
}, 30_000);

it('offers what the role allows and no more', async () => {
  await openPalette(['read']);
  await screen.findByRole('option', { name: /Wire log/ }, patient);
  expect(screen.queryByRole('option', { name: /Add a site/ })).toBeNull();
  expect(screen.queryByRole('option', { name: /Staff/ })).toBeNull();
}, 30_000);
