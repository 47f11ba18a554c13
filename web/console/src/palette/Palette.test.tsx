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

const payment = {
  payment_id: 'p1',
  driver_name: null,
  method_label: 'Visa 4242',
  created_at: '2026-03-04T10:00:00Z',
};

async function openPalette(permissions = me.permissions) {
  let station = makeStation({ station_id: 'MI-7', name: 'Column 7' });
  const asked = playServer(({ path, query, body }) => {
    if (path === '/api/v1/payments' && query.get('q') === '4242')
      return { status: 200, body: { items: [payment], next_cursor: null, total: null } };
    if (path === '/api/v1/stations/MI-7') return { status: 200, body: station };
    if (path === '/api/v1/stations/MI-7/registration') {
      station = { ...station, ...(body as Pick<typeof station, 'registration'>) };
      return { status: 200, body: station };
    }
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
  return { asked, router, input: await screen.findByTestId('palette-input', {}, patient) };
}

it('jumps to what was typed', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.keyDown(input, { key: 'Enter' });
  await waitFor(() => expect(router.state.location.href).toBe('/stations/MI-7'), patient);
}, 30_000);

it('opens nothing that was found for other words', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.change(input, { target: { value: 'settle' } });
  fireEvent.keyDown(input, { key: 'Enter' });
  expect(router.state.location.href).not.toBe('/stations/MI-7');
}, 30_000);

it('leaves the keys to an input method that has not ended a word', async () => {
  const { router, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true });
  expect(screen.getByTestId('palette-input')).toBe(input);
  expect(router.state.location.href).toBe('/stations');
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

it('does at once what needs no form, after a question where somebody would be disturbed', async () => {
  const { input, asked } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  fireEvent.keyDown(input, { key: 'Tab' });
  await screen.findByRole('option', { name: /Block the station/ }, patient);
  expect(screen.queryByRole('option', { name: /Accept the station/ }), 'it is accepted').toBeNull();
  fireEvent.change(input, { target: { value: 'block' } });
  fireEvent.keyDown(input, { key: 'Enter' });
  fireEvent.click(await screen.findByTestId('ask-yes', {}, patient));
  await waitFor(
    () =>
      expect(asked.find(({ method }) => method === 'PUT')).toMatchObject({
        path: '/api/v1/stations/MI-7/registration',
        body: { registration: 'blocked' },
      }),
    patient,
  );
  fireEvent.click(await screen.findByTestId('undo', {}, patient));
  await waitFor(
    () =>
      expect(asked.filter(({ method }) => method === 'PUT').map(({ body }) => body)).toEqual([
        { registration: 'blocked' },
        { registration: 'accepted' },
      ]),
    patient,
  );
}, 30_000);

it('finds payments for those who may see money', async () => {
  const first = await openPalette([...me.permissions, 'read_money']);
  fireEvent.change(first.input, { target: { value: '4242' } });
  fireEvent.click(await screen.findByRole('option', { name: /Visa 4242/ }, patient));
  await waitFor(() => expect(first.router.state.location.href).toBe('/payments?edit=p1'), patient);
}, 30_000);

it('asks nothing about money for who may not see it', async () => {
  const { asked, input } = await openPalette();
  fireEvent.change(input, { target: { value: 'mi-7' } });
  await screen.findByText('Column 7', {}, patient);
  expect(asked.some(({ path }) => ['/api/v1/companies', '/api/v1/payments'].includes(path))).toBe(false);
}, 30_000);

it('offers every kind of thing to make, each to whom may make it', async () => {
  const { input } = await openPalette(['read', 'manage_prices']);
  for (const made of ['Write a tariff', 'Make an offer', 'Add a partner', 'Have a report come by mail']) {
    fireEvent.change(input, { target: { value: made } });
    await screen.findByRole('option', { name: new RegExp(made) }, patient);
  }
  fireEvent.change(input, { target: { value: 'Add a payee' } });
  await waitFor(() => expect(screen.queryByRole('option', { name: /Add a payee/ })).toBeNull(), patient);
}, 30_000);

it('offers what the role allows and no more', async () => {
  await openPalette(['read']);
  await screen.findByRole('option', { name: /Wire log/ }, patient);
  expect(screen.queryByRole('option', { name: /Add a site/ })).toBeNull();
  expect(screen.queryByRole('option', { name: /Staff/ })).toBeNull();
}, 30_000);

it('leads who may not open a driver to the sessions of that driver', async () => {
  const { router, input } = await openPalette(['read']);
  fireEvent.change(input, { target: { value: 'berta' } });
  fireEvent.click(await screen.findByRole('option', { name: /Berta/ }, patient));
  await waitFor(() => expect(router.state.location.href).toBe('/sessions?driver=d1'), patient);
}, 30_000);
