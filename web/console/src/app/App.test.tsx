import type { Schemas } from '@busbar/client';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { makeStation, me, openConsole, playServer } from '../testing/stage';
import { session } from './server';

// Pages are fetched when they are first shown; here they are read beforehand, so that no test waits for that.
beforeAll(async () => {
  await Promise.all([
    import('../pages/signIn/SignInPage'),
    import('../pages/overview/OverviewPage'),
    import('../pages/stations/StationsPage'),
    import('../pages/station/StationPage'),
    import('../pages/station/CommandsTab'),
  ]);
}, 60_000);

afterEach(() => {
  act(() => session.signOut());
  vi.unstubAllGlobals();
});

const patient = { timeout: 10_000 };

it('asks who one is, and goes on to where one wanted to go', async () => {
  const asked = playServer(() => undefined);
  const router = await openConsole('/stations?state=offline', { isSignedIn: false });
  fireEvent.change(await screen.findByTestId('sign-in-email', {}, patient), { target: { value: 'ada@example.org' } });
  fireEvent.change(screen.getByTestId('sign-in-password'), { target: { value: 'a secret' } });
  fireEvent.click(screen.getByTestId('sign-in-submit'));
  await screen.findByText('Nothing fits', {}, patient);
  expect(asked.find(({ path }) => path.endsWith('/sign-in'))?.body).toEqual({
    email: 'ada@example.org',
    password: 'a secret',
    transport: 'cookie',
  });
  const list = asked.find(({ path, query }) => path === '/api/v1/stations' && query.get('is_online') === 'false');
  expect(list?.query.get('with_total')).toBe('true');
  expect(router.state.location.href).toBe('/stations?state=offline');
}, 30_000);

it('tells a wrong password in plain words', async () => {
  playServer(({ path }) =>
    path.endsWith('/sign-in')
      ? { status: 401, body: { code: 'denied.credentials', detail: 'no', status: 401 } }
      : undefined,
  );
  await openConsole('/sign-in', { isSignedIn: false });
  fireEvent.change(await screen.findByTestId('sign-in-email', {}, patient), { target: { value: 'ada@example.org' } });
  fireEvent.change(screen.getByTestId('sign-in-password'), { target: { value: 'wrong' } });
  fireEvent.click(screen.getByTestId('sign-in-submit'));
  expect((await screen.findByTestId('sign-in-problem', {}, patient)).textContent).toContain(
    'E-mail address or password is wrong.',
  );
}, 30_000);

it('hides what the role may not do', async () => {
  playServer(({ path }) =>
    path.endsWith('/auth/me') ? { status: 200, body: { ...me, role: 'viewer', permissions: ['read'] } } : undefined,
  );
  await openConsole('/stations');
  await screen.findByText('No stations yet', {}, patient);
  expect(screen.queryByTestId('station-create')).toBeNull();
  expect(screen.queryByTestId('nav-staff')).toBeNull();
  expect(screen.queryByTestId('nav-stations')).not.toBeNull();
}, 30_000);

it('shows the sign-in page when the server ended the sign-in', async () => {
  playServer(({ path }) =>
    path === '/api/v1/stations' ? { status: 401, body: { code: 'denied.unauthenticated' } } : undefined,
  );
  const router = await openConsole('/stations');
  await screen.findByText('Your sign-in has ended. Please sign in again.', {}, patient);
  expect(router.state.location.search).toEqual({ next: '/stations' });
}, 30_000);

it('tells what needs a person, and lets a waiting station in', async () => {
  const waiting = makeStation({ station_id: 'NEW-7', name: '', registration: 'pending' });
  const item: Schemas['NowItem'] = {
    kind: 'pending',
    reason: null,
    since: '2026-11-21T09:00:00Z',
    station_id: 'NEW-7',
    station_name: '',
    site_id: null,
    site_name: null,
    evse_id: null,
    session_id: null,
    words: 'Acme A1',
    acknowledged_at: null,
    payment_id: null,
    amount: null,
    currency: null,
  };
  const waits = { items: [item], counts: [{ kind: 'pending', count: 1 }] };
  const none = { items: [], counts: [] };
  const counts = {
    stations: 1,
    stations_online: 1,
    stations_faulted: 0,
    connectors: 1,
    connectors_available: 1,
    connectors_charging: 0,
    connectors_faulted: 0,
  };
  const overview = {
    at: '2026-11-21T10:00:00Z',
    time_zone: 'Asia/Shanghai',
    counts,
    open_sessions: 0,
    power_w: 0,
    energy_today_wh: 6_379,
    sessions_today: 1,
  };
  let isWaiting = true;
  const asked = playServer(({ method, path }) => {
    if (path === '/api/v1/overview') return { status: 200, body: overview };
    if (path === '/api/v1/overview/power') return { status: 200, body: { step_s: 300, points: [] } };
    if (method === 'PUT') {
      isWaiting = false;
      return { status: 200, body: { ...waiting, registration: 'accepted' } };
    }
    if (path === '/api/v1/now') return { status: 200, body: { at: overview.at, ...(isWaiting ? waits : none) } };
    return undefined;
  });
  const router = await openConsole('/?only=pending');
  const only = await screen.findByTestId('attention-kind-pending', {}, patient);
  expect(only.getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(only);
  await waitFor(() => expect(router.state.location.search).toEqual({}), patient);
  fireEvent.click(only);
  await waitFor(() => expect(router.state.location.search).toEqual({ only: 'pending' }), patient);
  fireEvent.click(await screen.findByTestId('station-accept-NEW-7', {}, patient));
  await screen.findByTestId('attention-none', {}, patient);
  expect(asked.find(({ method }) => method === 'PUT')).toMatchObject({
    path: '/api/v1/stations/NEW-7/registration',
    body: { registration: 'accepted' },
  });
  expect(screen.getByTestId('overview-energy').textContent).toContain('6.38');
}, 30_000);

it('sends any request of the protocol and shows the answer', async () => {
  const asked = playServer(({ method, path }) => {
    if (path === '/api/v1/stations/CS-1') return { status: 200, body: makeStation() };
    if (method !== 'POST') return undefined;
    const body = {
      command_id: 'c',
      outcome: 'rejected',
      status: 'Rejected',
      answer: { status: 'Rejected' },
      error: null,
      values: [],
    };
    return { status: 200, body };
  });
  await openConsole('/stations/CS-1?tab=commands&command=raw');
  const action = within(await screen.findByTestId('command-action', {}, patient)).getByRole('combobox');
  fireEvent.change(action, { target: { value: 'ClearCache' } });
  const payload = screen.getByTestId('command-payload');
  fireEvent.change(payload, { target: { value: '{broken' } });
  fireEvent.click(screen.getByTestId('command-send'));
  await screen.findByText('This is not a JSON object', {}, patient);
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);
  fireEvent.change(payload, { target: { value: '{}' } });
  fireEvent.click(screen.getByTestId('command-send'));
  const answer = await screen.findByTestId('command-answer', {}, patient);
  expect(answer.dataset.outcome).toBe('rejected');
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ action: 'ClearCache', payload: {} }),
  );
}, 30_000);
