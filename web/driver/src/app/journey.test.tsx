import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { aConnector, aNearbyStation, anEvse, aReceipt, aSession, aStation, aStep } from '../testing/fixtures';
import { renderApp } from '../testing/renderApp';
import { problem, serve } from '../testing/server';
import { keepSession } from './kept';
import { queryClient } from './queryClient';
import { session } from './server';

const me = {
  driver_id: 'd1',
  operator_id: 'o1',
  operator_name: 'Busbar Demo',
  email: 'ada@example.org',
  display_name: 'Ada',
  language: 'en',
  status: 'active',
  created_at: '2026-01-01T00:00:00Z',
};
const network = { operator_id: 'o1', operator_name: 'Busbar Demo', slug: 'demo', time_zone: 'UTC', language: 'en' };
const signedIn = { body: { token: null, expires_at: '2999-01-01T00:00:00Z', me } };
const started = aSession({
  state: 'waiting',
  charging_state: null,
  power_w: null,
  energy_wh: 0,
  started_at: null,
  duration_s: null,
  steps: [aStep('requested'), aStep('start_accepted')],
});
const person = userEvent.setup();

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation((...words) => {
    throw new Error(words.join(' '));
  });
});

it('lists stations by place, searches and filters', async () => {
  const server = serve({
    'GET /network': { body: network },
    'GET /stations': {
      body: { items: [aNearbyStation(), aNearbyStation({ station_id: 'MI-AC-02' })], is_truncated: false },
    },
  });
  await renderApp('/');
  expect(await screen.findAllByTestId('station-card')).toHaveLength(2);
  expect(screen.getByTestId('station-count').textContent).toBe('2 stations');
  expect(screen.getByText('Busbar Demo')).toBeDefined();
  expect(screen.getByTestId('position-note').dataset.state).toMatch(/unasked|unsupported/);
  expect(server.asked.find(({ path }) => path === '/stations')?.query.has('latitude')).toBe(false);

  await person.click(screen.getByTestId('filter-open'));
  await person.click(screen.getByTestId('filter-kind-ccs2'));
  await person.click(screen.getByTestId('filter-power-50000'));
  await person.click(screen.getByTestId('filter-free'));
  await person.click(screen.getByTestId('filter-done'));
  await waitFor(() => {
    const query = server.asked[server.asked.length - 1]?.query;
    expect(query?.get('connector_kind')).toBe('ccs2');
    expect(query?.get('min_power_w')).toBe('50000');
    expect(query?.get('is_available')).toBe('true');
  });
  await person.type(screen.getByTestId('station-search'), 'Scalo');
  await waitFor(() => expect(server.asked[server.asked.length - 1]?.query.get('q')).toBe('Scalo'));
});

it('goes from the label over the sign-up back to the station, and starts', async () => {
  const server = serve({
    'GET /stations/MI-AC-01': {
      body: aStation({ evses: [anEvse(), anEvse({ evse_id: 2, connectors: [aConnector({ status: 'preparing' })] })] }),
    },
    'POST /sign-up': { ...signedIn, status: 201 },
    'POST /sessions': { status: 202, body: started },
    'GET /sessions/ses-1': { body: started },
  });
  const router = await renderApp('/s/MI-AC-01/2');
  expect((await screen.findByTestId('start-advice')).dataset.advice).toBe('pluggedFirst');
  await person.click(screen.getByTestId('start'));

  await person.type(await screen.findByTestId('name'), 'Ada');
  await person.type(screen.getByTestId('email'), 'ada@example.org');
  await person.type(screen.getByTestId('password'), 'correct horse');
  await person.click(screen.getByTestId('sign-in-submit'));

  await waitFor(() => expect(router.state.location.pathname).toBe('/s/MI-AC-01/2'));
  await person.click(await screen.findByTestId('start'));
  const page = await screen.findByTestId('session-starting');
  expect(within(page).getByTestId('stage-accepted').dataset.state).toBe('done');
  expect(within(page).getByTestId('stage-plugged').dataset.state).toBe('now');

  const signUp = server.asked.find(({ path }) => path === '/sign-up');
  expect(signUp?.body).toEqual({
    email: 'ada@example.org',
    password: 'correct horse',
    display_name: 'Ada',
    language: 'en',
    transport: 'cookie',
  });
  const start = server.asked.find(({ method, path }) => method === 'POST' && path === '/sessions');
  expect(start?.body).toEqual({ station_id: 'MI-AC-01', evse_id: 2 });
  expect(start?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
});

it('tells honestly why a charge cannot be started', async () => {
  const { answers } = serve({
    'GET /stations/MI-AC-01': { body: aStation() },
    'POST /sessions': problem(409, 'conflict.token_refused', { verdict: 'concurrent' }),
  });
  await renderApp('/s/MI-AC-01', { isSignedIn: true });
  const told: [object, RegExp][] = [
    [problem(409, 'conflict.token_refused', { verdict: 'concurrent' }), /charging elsewhere already/],
    [problem(409, 'conflict.station_offline'), /no connection to us/],
    [problem(409, 'conflict.evse_busy'), /Somebody is charging here/],
    [problem(429, 'limit_exceeded.requests'), /Too many tries/],
    [problem(503, 'unavailable.core'), /cannot answer just now/],
  ];
  for (const [answer, words] of told) {
    answers['POST /sessions'] = answer;
    await person.click(await screen.findByTestId('start'));
    await waitFor(() => expect(screen.getByTestId('start-problem').textContent).toMatch(words));
  }
});

it('asks once more with the same key when the line broke', async () => {
  const server = serve({
    'GET /stations/MI-AC-01': { body: aStation() },
    'POST /sessions': () => {
      throw new TypeError('Failed to fetch');
    },
  });
  await renderApp('/s/MI-AC-01', { isSignedIn: true });
  await person.click(await screen.findByTestId('start'));
  expect((await screen.findByTestId('start-problem')).textContent).toMatch(/No connection/);
  await person.click(screen.getByTestId('start'));
  await waitFor(() => expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(2));
  const keys = server.asked
    .filter(({ method }) => method === 'POST')
    .map(({ headers }) => headers.get('Idempotency-Key'));
  expect(keys[0]).toBe(keys[1]);
});

it('does not offer Start where it cannot be', async () => {
  serve({
    'GET /stations/MI-AC-01': {
      body: aStation({ evses: [anEvse({ startability: 'faulted', connectors: [aConnector({ status: 'faulted' })] })] }),
    },
  });
  await renderApp('/s/MI-AC-01', { isSignedIn: true });
  expect((await screen.findByTestId('start-advice')).dataset.advice).toBe('faulted');
  expect((screen.getByTestId('start') as HTMLButtonElement).disabled).toBe(true);
});

it('shows the running charge, stops it after asking, and ends at the receipt', async () => {
  const now = new Date().toISOString();
  const asking = [aStep('stop_requested', now)];
  const { answers, asked } = serve({
    'GET /sessions/ses-1': { body: aSession() },
    'GET /sessions/ses-1/curve': { body: { session_id: 'ses-1', series: [] } },
    'GET /sessions/ses-1/receipt': { body: aReceipt() },
    'POST /sessions/ses-1/stop': { status: 202, body: aSession({ steps: asking }) },
  });
  await renderApp('/sessions/ses-1', { isSignedIn: true });
  expect((await screen.findByTestId('power')).textContent).toContain('21.6');
  expect(screen.getByTestId('energy').textContent).toContain('3.60');
  expect(screen.getByTestId('charging-state').dataset.state).toBe('charging');
  expect(screen.queryByTestId('soc')).toBeNull();

  await person.click(screen.getByTestId('stop'));
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);
  answers['GET /sessions/ses-1'] = { body: aSession({ steps: [...asking, aStep('stop_accepted', now)] }) };
  await person.click(screen.getByTestId('stop-confirm'));
  await waitFor(() => expect(screen.getByTestId('stop-area').dataset.phase).toBe('accepted'));
  expect(screen.queryByTestId('stop')).toBeNull();

  answers['GET /sessions/ses-1'] = { body: aSession({ state: 'ended', is_open: false }) };
  await queryClient.invalidateQueries({ queryKey: ['session', 'ses-1'] });
  expect((await screen.findByTestId('receipt-energy')).dataset.energyWh).toBe('6379');
  expect(screen.getByTestId('receipt-reason').textContent).toContain('unplugged');
  expect(screen.getByTestId('receipt-register-end').textContent).toContain('6.379');
});

it('says so when the station would not stop', async () => {
  serve({
    'GET /sessions/ses-1': { body: aSession({ steps: [aStep('stop_requested'), aStep('stop_refused')] }) },
    'GET /sessions/ses-1/curve': { body: { session_id: 'ses-1', series: [] } },
  });
  await renderApp('/sessions/ses-1', { isSignedIn: true });
  expect((await screen.findByTestId('stop-problem')).textContent).toMatch(/did not stop/);
  expect(screen.getByTestId('stop')).toBeDefined();
});

it('shows what was kept, with its age, when a reload finds no network', async () => {
  const heardAt = Date.now() - 180_000;
  serve({
    'GET /sessions/ses-1': () => {
      throw new TypeError('Failed to fetch');
    },
  });
  const router = await renderApp('/history', { isSignedIn: true });
  keepSession(aSession({ readAt: heardAt, heardAt }));
  await router.navigate({ to: '/sessions/$sessionId', params: { sessionId: 'ses-1' } });
  const page = await screen.findByTestId('session-charging');
  expect(page.dataset.stale).toBe('true');
  expect(screen.getByTestId('heard').textContent).toMatch(/3 min/);
  expect(screen.getByTestId('time').textContent).toContain('10:00');
});

it('explains a start that failed and leads back to the station', async () => {
  serve({
    'GET /sessions/ses-1': {
      body: aSession({ state: 'failed', is_open: false, fail_reason: 'not_plugged_in', charging_state: null }),
    },
    'GET /sessions/active': { body: { items: [aSession({ session_id: 'ses-2' })] } },
    'GET /stations/MI-AC-01': { body: aStation() },
  });
  const router = await renderApp('/sessions/ses-1', { isSignedIn: true });
  expect((await screen.findByTestId('session-failed')).dataset.reason).toBe('not_plugged_in');
  expect(await screen.findByTestId('active-session')).toBeDefined(); // the station began all the same
  await person.click(screen.getByTestId('try-again'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/s/MI-AC-01/1'));
});

it('finds a station by its typed code', async () => {
  const { answers } = serve({ 'GET /lookup': problem(404, 'not_found.station') });
  const router = await renderApp('/code');
  await person.type(await screen.findByTestId('code'), 'nope');
  await person.click(screen.getByTestId('code-submit'));
  expect(await screen.findByText('There is no station with this code.')).toBeDefined();
  answers['GET /lookup'] = { body: aStation({ chosen_evse_id: 1 }) };
  answers['GET /stations/MI-AC-01'] = { body: aStation() };
  await person.click(screen.getByTestId('code-submit'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/s/MI-AC-01/1'));
});

it('keeps what is personal behind the sign-in and comes back after it', async () => {
  serve({
    'POST /sign-in': signedIn,
    'GET /sessions/ses-1/receipt': { body: aReceipt({ close_reason: 'abandoned' }) },
  });
  await renderApp('/receipts/ses-1');
  await person.type(await screen.findByTestId('email'), 'ada@example.org');
  await person.type(screen.getByTestId('password'), 'correct horse');
  await person.click(screen.getByTestId('sign-in-submit'));
  expect((await screen.findByTestId('receipt-reason')).textContent).toContain('Nothing more was heard');
});

it('signs out, also when the server cannot be asked', async () => {
  serve({
    'GET /me': { body: me },
    'GET /sessions/active': { body: { items: [] } },
    'POST /sign-out': () => {
      throw new TypeError('Failed to fetch');
    },
  });
  await renderApp('/account', { isSignedIn: true });
  expect((await screen.findByTestId('me-name')).textContent).toBe('Ada');
  await person.click(screen.getByTestId('sign-out'));
  await waitFor(() => expect(session.isSignedIn).toBe(false));
  expect(await screen.findByTestId('to-sign-up')).toBeDefined();
});

it('deletes the account only with the password', async () => {
  const { answers, asked } = serve({
    'GET /me': { body: me },
    'GET /sessions/active': { body: { items: [] } },
    'POST /me/erase': problem(403, 'denied.credentials'),
  });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('erase'));
  await person.type(screen.getByTestId('erase-password'), 'wrong');
  await person.click(screen.getByTestId('form-submit'));
  expect((await screen.findByTestId('form-problem')).textContent).toMatch(/wrong/);
  expect(session.isSignedIn).toBe(true);
  answers['POST /me/erase'] = { status: 204 };
  await person.click(screen.getByTestId('form-submit'));
  await waitFor(() => expect(session.isSignedIn).toBe(false));
  expect(asked.filter(({ path }) => path === '/me/erase')).toHaveLength(2);
});

it('lists the charges of a month with the sum that the server counted', async () => {
  serve({
    'GET /sessions': {
      body: {
        items: [aSession({ state: 'ended', is_open: false, started_at: '2026-05-04T12:00:00Z' })],
        next_cursor: null,
        total: null,
      },
    },
    'GET /sessions/months': {
      body: {
        items: [
          {
            month: '2026-05',
            sessions: 1,
            energy_wh: 3600,
            costs: [{ currency: 'EUR', currency_digits: 2, gross: 213 }],
          },
        ],
      },
    },
    'GET /sessions/active': { body: { items: [] } },
  });
  await renderApp('/history', { isSignedIn: true });
  expect(await screen.findByTestId('history-row')).toBeDefined();
  expect((await screen.findByTestId('month-sum')).textContent).toContain('3.60');
});

it('leads on from what is not there, which a second try does not bring', async () => {
  serve({ 'GET /sessions/gone': problem(404, 'not_found.session') });
  await renderApp('/sessions/gone', { isSignedIn: true });
  const told = within(await screen.findByTestId('page-problem'));
  expect(told.getByRole('heading').textContent).toBe('There is no such charge.');
  expect(told.queryByRole('button')).toBeNull();
  expect(told.getByRole('link').getAttribute('href')).toBe('/app/');
});

it('leads on from an address that is no address', async () => {
  serve({ 'GET /guest-payments/scrap': problem(422, 'invalid.request') });
  await renderApp('/guest/scrap');
  const told = within(await screen.findByTestId('page-problem'));
  expect(told.getByRole('heading').textContent).toContain('This address leads nowhere.');
  expect(told.queryByRole('button')).toBeNull();
  expect(told.getByRole('link').getAttribute('href')).toBe('/app/');
});

it('leads from a report of nothing to the reports', async () => {
  serve({ 'GET /reports': { body: { items: [] } } });
  const router = await renderApp('/reports/new', { isSignedIn: true });
  await waitFor(() => expect(router.state.location.pathname).toBe('/reports'));
});
