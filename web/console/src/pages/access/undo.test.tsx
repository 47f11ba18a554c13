import type { Schemas } from '@busbar/client';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { type Asked, openConsole, playServer } from '../../testing/stage';

beforeAll(async () => {
  await Promise.all([import('./TokensPage'), import('./DriversPage')]);
}, 60_000);

const patient = { timeout: 10_000 };
const at = '2026-11-21T10:00:00Z';

const card: Schemas['Token'] = {
  token_id: 't1',
  operator_id: 'o1',
  value: '04A1',
  kind: 'rfid',
  label: 'Berta, blue',
  status: 'active',
  concurrency: 'default',
  driver_id: 'd1',
  driver_name: 'Berta',
  group: 'fleet',
  valid_from: null,
  expires_at: '2027-01-01T00:00:00Z',
  site_ids: ['x1'],
  replaced_by: null,
  partner_id: null,
  partner_name: null,
  contract_id: '',
  created_at: at,
  changed_at: at,
};
const {
  token_id: _id,
  operator_id: _operator,
  value: _value,
  driver_name: _driver,
  partner_name: _partner,
  replaced_by: _by,
  created_at: _created,
  changed_at: _changed,
  ...entered
} = card;

const berta: Schemas['Driver'] = {
  driver_id: 'd1',
  operator_id: 'o1',
  display_name: 'Berta',
  email: 'berta@drivers.example',
  language: 'en',
  group: null,
  status: 'active',
  token_count: 1,
  session_count: 2,
  signed_in_at: null,
  created_at: at,
};

let token: Schemas['Token'] | null;
let driver: Schemas['Driver'];

function answer({ method, path, body }: Asked) {
  if (path === '/api/v1/drivers/d1') {
    const { is_blocked: isBlocked } = (body ?? {}) as Schemas['DriverPatch'];
    if (method === 'PATCH') driver = { ...driver, status: isBlocked ? 'blocked' : 'active' };
    return { status: 200, body: driver };
  }
  if (path !== '/api/v1/tokens/04A1') return undefined;
  if (method === 'DELETE') token = null;
  if (method === 'DELETE') return { status: 204 };
  if (method === 'PUT')
    token = { ...card, token_id: token?.token_id ?? 't2', ...(body as Schemas['TokenBody']) } as typeof card;
  return token ? { status: 200, body: token } : { status: 404, body: { code: 'not_found.token' } };
}

beforeEach(() => {
  [token, driver] = [card, berta];
});
afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

const changesOf = (asked: Asked[]) => asked.filter(({ method }) => !['GET', 'POST'].includes(method));
const take = async () => fireEvent.click(await screen.findByTestId('undo', {}, patient));

it('gives a token that was relabelled its former values back, all of them', async () => {
  const asked = playServer(answer);
  await openConsole('/tokens?edit=04A1');
  fireEvent.change(await screen.findByTestId('token-form-label', {}, patient), { target: { value: 'Anna' } });
  fireEvent.click(screen.getByTestId('token-form-save'));
  await take();
  await screen.findByText('Taken back', {}, patient);
  expect(changesOf(asked).map(({ method }) => method)).toEqual(['PUT', 'PUT']);
  expect(changesOf(asked)[1]?.body).toEqual(entered);
}, 30_000);

it('opens a token that was given back as it is, not as it stood in memory', async () => {
  playServer(answer);
  const router = await openConsole('/tokens?edit=04A1');
  fireEvent.change(await screen.findByTestId('token-form-label', {}, patient), { target: { value: 'Anna' } });
  fireEvent.click(screen.getByTestId('token-form-save'));
  await take();
  await screen.findByText('Taken back', {}, patient);
  await act(() => router.navigate({ to: '/tokens', search: { edit: '04A1' } }));
  const label = await screen.findByTestId<HTMLInputElement>('token-form-label', {}, patient);
  expect(label.value).toBe('Berta, blue');
}, 30_000);

it('says that a deleted token is none, and does not open what memory holds of it', async () => {
  const asked = playServer(answer);
  const router = await openConsole('/tokens?edit=04A1');
  fireEvent.click(await screen.findByTestId('token-delete', {}, patient));
  await screen.findByTestId('undo', {}, patient);
  await act(() => router.navigate({ to: '/tokens', search: { edit: '04A1' } }));
  await screen.findByText('There is no such token', {}, patient);
  expect(screen.queryByTestId('token-form-label')).toBeNull();
  expect(window.location.search).toBe('');
  expect(changesOf(asked).map(({ method }) => method)).toEqual(['DELETE']);
}, 30_000);

it('opens a driver from the third page of the list, and stays there', async () => {
  playServer(answer);
  const router = await openConsole('/drivers?after=c3&page=3&edit=d1');
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }, patient));
  await waitFor(() => expect(window.location.search).not.toContain('edit'), patient);
  expect(router.state.location.search).toEqual({ after: 'c3', page: 3 });
}, 30_000);

it('makes a deleted token again, without a question before, and never over another', async () => {
  const asked = playServer(answer);
  await openConsole('/tokens?edit=04A1');
  fireEvent.click(await screen.findByTestId('token-delete', {}, patient));
  await take();
  await screen.findByText('Taken back', {}, patient);
  const [gone, made] = changesOf(asked);
  expect([gone?.method, made?.method, made?.headers.get('If-None-Match')]).toEqual(['DELETE', 'PUT', '*']);
  expect(made?.body).toEqual(entered);
}, 30_000);

it("asks before a partner's token is deleted, which others know by its key", async () => {
  token = { ...card, partner_id: 'p1', partner_name: 'Wind' };
  const asked = playServer(answer);
  await openConsole('/tokens?edit=04A1');
  fireEvent.click(await screen.findByTestId('token-delete', {}, patient));
  const yes = await screen.findByTestId('ask-yes', {}, patient);
  expect(changesOf(asked)).toEqual([]);
  fireEvent.click(yes);
  await waitFor(() => expect(changesOf(asked)).toHaveLength(1), patient);
  expect(screen.queryByTestId('undo')).toBeNull();
}, 30_000);

it('unblocks a driver who was blocked by mistake', async () => {
  const asked = playServer(answer);
  await openConsole('/drivers?edit=d1');
  fireEvent.click(await screen.findByTestId('driver-block', {}, patient));
  await take();
  await screen.findByText('Taken back', {}, patient);
  expect(changesOf(asked).map(({ body }) => body)).toEqual([{ is_blocked: true }, { is_blocked: false }]);
  expect(driver.status).toBe('active');
}, 30_000);

it('says that an address may be changed, and never taken away', async () => {
  const asked = playServer(answer);
  await openConsole('/drivers?edit=d1');
  fireEvent.change(await screen.findByTestId('driver-form-email', {}, patient), { target: { value: '' } });
  fireEvent.click(screen.getByTestId('driver-form-save'));
  await screen.findByText('An address can be changed, not taken away', {}, patient);
  expect(changesOf(asked)).toEqual([]);
}, 30_000);

it('writes nothing over what a colleague has done meanwhile', async () => {
  const asked = playServer(answer);
  await openConsole('/drivers?edit=d1');
  fireEvent.click(await screen.findByTestId('driver-block', {}, patient));
  await screen.findByTestId('undo', {}, patient);
  driver = { ...driver, status: 'erased' };
  await take();
  await screen.findByText(/Somebody else has changed this meanwhile/, {}, patient);
  expect(changesOf(asked)).toHaveLength(1);
}, 30_000);

it('finds a card whose number reads like another one', async () => {
  const asked = playServer(answer);
  await openConsole('/tokens?q=12E45678');
  await waitFor(() => expect(asked.some(({ query }) => query.get('q') === '12E45678')).toBe(true), patient);
}, 30_000);
