import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aNearbyStation, anEvse, aSession, aStation, aStep } from '../testing/fixtures';
import { renderApp } from '../testing/renderApp';
import { problem, serve } from '../testing/server';
import { keepGuest, readGuest } from './kept';
import { queryClient } from './queryClient';

const person = userEvent.setup();
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

function aStay(state: string, stopRequestedAt: string | null = null) {
  const session = {
    session_id: 'ses-1',
    state,
    evse_id: 1,
    energy_wh: 3_600,
    power_w: 11_000,
    soc_permille: null,
    started_at: ago(20),
    ended_at: null,
    price: null,
    receipt_reference: null,
    stop_requested_at: stopRequestedAt,
  };
  const payment = { state: state === 'ended' ? 'captured' : 'authorised', currency: 'EUR', amount: 3_000, captured: 0 };
  const place = { station_id: 'MI-AC-01', station_name: 'Colonnina A', site_name: null, operator_name: 'Busbar Demo' };
  return { body: { payment, session, time_zone: 'Europe/Rome', ...place } };
}

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(console, 'error').mockImplementation((...words) => {
    throw new Error(words.join(' '));
  });
});

describe('the charge of a guest', () => {
  it('is found again from the tabs and the label, until it is over', async () => {
    const { answers } = serve({
      'GET /guest-payments/link-1': aStay('active'),
      'GET /stations/MI-AC-01': { body: aStation({ evses: [anEvse({ startability: 'busy' })] }) },
    });
    const router = await renderApp('/guest/link-1');
    await screen.findByTestId('guest-keep');
    await waitFor(() => expect(readGuest()).toBe('link-1'));
    await router.navigate({ to: '/code' });
    expect((await screen.findByTestId('guest-charge')).getAttribute('href')).toBe('/app/guest/link-1');
    await router.navigate({ to: '/s/$stationId', params: { stationId: 'MI-AC-01' } });
    await screen.findByTestId('start-area');
    await person.click(await screen.findByTestId('guest-charge'));
    await screen.findByTestId('guest-stop');

    answers['GET /guest-payments/link-1'] = aStay('ended');
    await queryClient.invalidateQueries({ queryKey: ['guest', 'link-1'] });
    await waitFor(() => expect(readGuest()).toBeNull());
  });

  it('is forgotten when there is no such link any more', async () => {
    keepGuest('link-1');
    serve({ 'GET /guest-payments/link-1': problem(404, 'not_found.payment') });
    await renderApp('/guest/link-1');
    await waitFor(() => expect(readGuest()).toBeNull());
  });

  it('does not look live when the server is silent', async () => {
    const { answers } = serve({ 'GET /guest-payments/link-1': aStay('active') });
    await renderApp('/guest/link-1');
    expect((await screen.findByTestId('guest-aged')).textContent).toBe('');
    answers['GET /guest-payments/link-1'] = problem(403, 'denied.x');
    await queryClient.invalidateQueries({ queryKey: ['guest', 'link-1'] });
    await waitFor(() => expect(screen.getByTestId('guest-aged').textContent).toContain('Last update'));
  });

  it('may be stopped again when the station goes on', async () => {
    const { answers, asked } = serve({
      'GET /guest-payments/link-1': aStay('active', ago(2)),
      'POST /guest-payments/link-1/stop': problem(409, 'conflict.station_offline'),
    });
    await renderApp('/guest/link-1');
    expect((await screen.findByRole('alert')).textContent).toMatch(/has not ended the charge/);
    await person.click(screen.getByTestId('guest-stop'));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/no connection to us/));
    answers['POST /guest-payments/link-1/stop'] = aStay('active', ago(0));
    await person.click(screen.getByTestId('guest-stop'));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('is paid for after a second try at both the station and the ways to pay', async () => {
    const { answers } = serve({
      'GET /stations/MI-AC-01': problem(403, 'denied.x'),
      'GET /pay-options': { body: { currency: 'EUR', items: [] } },
    });
    await renderApp('/g/MI-AC-01');
    await screen.findByTestId('page-problem');
    answers['GET /stations/MI-AC-01'] = { body: aStation() };
    await person.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('Colonnina A');
  });
});

describe('what was read before the phone slept', () => {
  const hours = 7_200_000;

  it('is told with its age at a station', async () => {
    serve({});
    const router = await renderApp('/code');
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    queryClient.setQueryData(['station', 'MI-AC-01'], aStation(), { updatedAt: Date.now() - hours });
    await router.navigate({ to: '/s/$stationId', params: { stationId: 'MI-AC-01' } });
    expect(await screen.findByText('Last update 2 hr ago')).toBeDefined();
  });

  it('is told with its age in the list', async () => {
    serve({ 'GET /stations': { body: { items: [aNearbyStation()], is_truncated: false } } });
    await renderApp('/');
    expect((await screen.findByTestId('station-count')).textContent).toBe('1 station');
    for (const [key, data] of queryClient.getQueriesData({ queryKey: ['stations'] }))
      queryClient.setQueryData(key, data, { updatedAt: Date.now() - hours });
    await waitFor(() => expect(screen.getByTestId('station-count').textContent).toContain('Last update 2 hr ago'));
  });
});

describe('a charge at a station that lost its connection', () => {
  const cut = { last_sample_at: ago(25), steps: [aStep('started', ago(60)), aStep('station_offline', ago(24))] };

  it('is not shown as if it flowed now', async () => {
    serve({ 'GET /sessions/ses-1': { body: aSession(cut) } });
    await renderApp('/sessions/ses-1', { isSignedIn: true });
    expect((await screen.findByTestId('session-charging')).dataset.stale).toBe('true');
    expect(screen.getByTestId('heard').textContent).toBe('The station lost its connection · measured 25 min ago');
    expect(document.querySelector('[data-state="flowing"]')).toBeNull();
  });

  it('is told with the age of its figures beside the tabs', async () => {
    serve({ 'GET /sessions/active': { body: { items: [aSession(cut)] } } });
    await renderApp('/code', { isSignedIn: true });
    expect((await screen.findByTestId('active-session')).textContent).toContain('as of 25 min ago');
  });
});

it('offers Stop again when the station agreed and goes on', async () => {
  const steps = [aStep('stop_requested', ago(3)), aStep('stop_accepted', ago(3))];
  serve({ 'GET /sessions/ses-1': { body: aSession({ steps }) } });
  await renderApp('/sessions/ses-1', { isSignedIn: true });
  expect((await screen.findByTestId('stop-problem')).textContent).toMatch(/has not ended the charge/);
  expect(screen.getByTestId('stop')).toBeDefined();
});

it('says when the battery will be full', async () => {
  serve({
    'GET /sessions/ses-1': { body: aSession({ soc_permille: 500, connector_kind: 'ccs2' }) },
    'GET /vehicles': { body: { items: [{ vehicle_id: 'v1', battery_wh: 50_000, connector_kind: 'ccs2' }] } },
  });
  await renderApp('/sessions/ses-1', { isSignedIn: true });
  expect((await screen.findByTestId('target-expected')).textContent).toMatch(/^full about \d/);
});

it('says that the station refused a reservation', async () => {
  const refused = {
    reservation_id: 'r1',
    station_id: 'MI-AC-01',
    evse_id: 1,
    state: 'refused',
    is_open: false,
    ended_at: ago(0.5),
  };
  serve({
    'GET /stations/MI-AC-01': { body: aStation() },
    'GET /reservations': { body: { items: [refused] } },
  });
  await renderApp('/s/MI-AC-01/1', { isSignedIn: true });
  expect((await screen.findByTestId('lost-place')).textContent).toMatch(/did not accept/);
});
