import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Operations, ParkedFact, ParkedParcel } from '../../queries/operations';
import { me, openConsole, playServer } from '../../testing/stage';
import { overallOf } from './OperationsPage';

// As in App.test: pages are fetched when first shown, and here read beforehand. A chart needs a real canvas.
vi.mock('@busbar/kit/chart', () => ({ TimeChart: ({ label }: { label: string }) => <div role="img">{label}</div> }));
beforeAll(async () => {
  await import('./OperationsPage');
});
afterEach(() => vi.unstubAllGlobals());

const patient = { timeout: 10_000 };

const platform = { ...me, is_platform: true, permissions: [...me.permissions, 'watch', 'operate'] };
const now = new Date().toISOString();
const part = { condition: 'ok' as const, text: '' };

const operations: Operations = {
  taken_at: now,
  processes: [
    {
      process_id: 'p1',
      role: 'up',
      host: 'torino',
      version: '0.1.0',
      started_at: now,
      taken_at: now,
      parts: [
        { ...part, name: 'core' },
        { name: 'disk', condition: 'impaired', text: 'only 100 MiB are left on the disk' },
      ],
      connections: 7,
      queue_messages: 3,
      partitions: 1,
      memory_bytes: 123_000_000,
    },
  ],
  connections: { 'ocpp1.6': 5, 'ocpp2.0.1': 2 },
  paused_sockets: 0,
  refusals: { 'denied.station_credentials': 4 },
  actions: [
    { action: 'MeterValues', done: 1_200, failed: 0 },
    { action: 'BootNotification', done: 7, failed: 2 },
  ],
  slowest_partitions: [{ partition: 5, lag_ms: 12 }],
  queue_messages: 3,
  queue_max_messages: 20_000,
  partitions: 1,
  partition_lag_ms: 12,
  deliveries_waiting: 0,
  fact_lag_ms: 0,
  commands: { accepted: 9, timed_out: 1 },
  commands_waiting: 0,
  wire_log_queue_frames: 0,
  wire_log_lost_frames: 2,
  live_streams: 1,
  live_streams_max: 1000,
  http_connections: 2,
  storage: {
    is_database_up: true,
    database_bytes: 5_400_000,
    wire_log_bytes: 900,
    disk_free_bytes: 100_000_000,
    disk_size_bytes: 1_000_000_000,
    parked_facts: 1,
    online_stations: 7,
    offline_stations: 3,
  },
  span_s: 5,
  history: [],
};
const fact: ParkedFact = {
  fact_id: 'f1',
  consumer: 'sessions.station_booted',
  parked_at: now,
  attempts: 10,
  error: 'conflict: the room is in disorder',
  fact: 'StationBootAccepted',
  told_at: now,
  operator_id: 'o1',
  station_id: 'CS-1',
  content: { station_id: 'CS-1' },
};

const parcel: ParkedParcel = {
  parked_id: 'p1',
  reason: 'failed',
  partition: 3,
  attempts: 3,
  error: 'ZeroDivisionError',
  parked_at: now,
  messages: ['StationBooted/1'],
  station_ids: ['CS-1'],
  size_bytes: 900,
  is_readable: true,
};

function play(who: typeof platform = platform, facts = [fact], parcels: ParkedParcel[] | null = null) {
  return playServer(({ method, path }) => {
    if (path === '/api/v1/auth/me') return { status: 200, body: who };
    if (path === '/api/v1/operations') return { status: 200, body: operations };
    if (path === '/api/v1/operations/parked-facts')
      return { status: 200, body: { items: facts, next_cursor: null, total: facts.length } };
    if (path === '/api/v1/operations/parked-parcels')
      return { status: 200, body: { is_network: parcels !== null, items: parcels ?? [] } };
    return method === 'GET' ? undefined : { status: 204 };
  });
}

it('shows at a glance what is not well', async () => {
  play();
  await openConsole('/operations');
  await screen.findByTestId('operations', {}, patient);
  expect(screen.getByText('Impaired')).toBeDefined();
  expect(within(screen.getByTestId('part-disk')).getByText('only 100 MiB are left on the disk')).toBeDefined();
  expect(screen.getByTestId('operations-connections').textContent).toContain('7/ 10');
  expect(screen.getByTestId('operations-stores').textContent).toContain('5.4\u202fMB');
});

it('tries a parked fact again, and drops it after asking', async () => {
  const asked = play();
  await openConsole('/operations');
  const row = await screen.findByTestId('parked', {}, patient);
  await within(row).findByText('StationBootAccepted', {}, patient);
  fireEvent.click(within(row).getByTestId('parked-retry'));
  const base = '/api/v1/operations/parked-facts/f1/sessions.station_booted';
  await waitFor(() =>
    expect(asked.some(({ method, path }) => method === 'POST' && path === `${base}/retry`)).toBe(true),
  );
  fireEvent.click(within(row).getByTestId('parked-drop'));
  const dialog = await screen.findByRole('dialog', {}, patient);
  expect(asked.some(({ method }) => method === 'DELETE')).toBe(false);
  fireEvent.click(within(dialog).getByRole('button', { name: 'Drop' }));
  await waitFor(
    () => expect(asked.some(({ method, path }) => method === 'DELETE' && path === base)).toBe(true),
    patient,
  );
});

it('one process has no parcels to show', async () => {
  play();
  await openConsole('/operations');
  await within(await screen.findByTestId('parked', {}, patient)).findByText('StationBootAccepted', {}, patient);
  await waitFor(() => expect(screen.queryByTestId('parcels')).toBeNull());
});

it('sends a parked parcel again, and drops it for a reason only', async () => {
  const asked = play(platform, [], [parcel]);
  await openConsole('/operations');
  const row = await screen.findByTestId('parcels', {}, patient);
  await within(row).findByText('StationBooted', {}, patient);
  fireEvent.click(within(row).getByTestId('parcel-replay'));
  const base = '/api/v1/operations/parked-parcels/p1';
  await waitFor(() =>
    expect(asked.some(({ method, path }) => method === 'POST' && path === `${base}/replay`)).toBe(true),
  );
  fireEvent.click(within(row).getByTestId('parcel-drop'));
  const dialog = await screen.findByRole('dialog', {}, patient);
  const drop = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Drop' });
  expect(drop.disabled).toBe(true);
  fireEvent.change(within(dialog).getByTestId('parcel-reason'), { target: { value: 'from the test bench' } });
  await waitFor(() => expect(drop.disabled).toBe(false));
  fireEvent.click(drop);
  await waitFor(
    () =>
      expect(asked.find(({ method, path }) => method === 'POST' && path === `${base}/drop`)?.body).toEqual({
        reason: 'from the test bench',
      }),
    patient,
  );
});

it('only administrators of the platform are offered to repair', async () => {
  play({ ...platform, permissions: [...me.permissions, 'watch'] });
  await openConsole('/operations');
  await within(await screen.findByTestId('parked', {}, patient)).findByText('StationBootAccepted', {}, patient);
  expect(screen.queryByTestId('parked-retry')).toBeNull();
});

it('who does not run the installation does not find the page in the menu', async () => {
  play(me);
  await openConsole('/wire');
  await screen.findByTestId('nav-wire', {}, patient);
  expect(screen.queryByTestId('nav-operations')).toBeNull();
});

it('nothing to be heard of is down', () => {
  expect(overallOf({ ...operations, processes: [] })).toBe('down');
});
