import type { Schemas } from '@busbar/client';
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { openConsole, playServer } from '../../testing/stage';

const patient = { timeout: 10_000 };
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** Half an hour beside every other zone: never the one of this machine. */
const elsewhere = 'Asia/Kathmandu';

const wall: Schemas['Wall'] = {
  at: '2026-03-04T10:00:00Z',
  midnight: '2026-03-04T00:00:00Z',
  time_zone: here,
  operator_name: 'Isle of Power',
  site_name: 'Harbour',
  sites: [],
  statuses: [],
  faults: [],
  errors: [],
  power: [],
  power_w: 0,
  energy_today_wh: 0,
  busy_permille: 0,
  evses: 0,
  open_sessions: 0,
  sessions_today: 0,
  revenue: [],
  savings: {
    co2_g: 0,
    distance_m: 0,
    fuel_ml: 0,
    distance_mm_per_wh: 0,
    fuel_ml_per_100km: 0,
    co2_g_per_km: 0,
    grid_co2_mg_per_wh: 0,
  },
};

async function openWall(zone: string) {
  playServer(({ path }) => (path === '/api/v1/wall' ? { status: 200, body: { ...wall, time_zone: zone } } : undefined));
  await openConsole('/wall/site/s1');
  await screen.findByTestId('wall', {}, patient);
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

it('says whose time it tells where the screen goes by another', async () => {
  await openWall(elsewhere);
  expect(screen.getByTestId('wall-zone').textContent).toBe(elsewhere);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: elsewhere, hour: '2-digit', minute: '2-digit' });
  expect(screen.getByTestId('wall-zone').parentElement?.textContent).toContain(time.format(Date.now()));
}, 30_000);

it('tells the time alone where the screen goes by the same', async () => {
  await openWall(here);
  expect(screen.queryByTestId('wall-zone')).toBeNull();
}, 30_000);

it('says that there is no such site', async () => {
  playServer(({ path }) =>
    path === '/api/v1/wall'
      ? { status: 404, body: { code: 'not_found.site', detail: 'there is no such site' } }
      : undefined,
  );
  await openConsole('/wall/site/nobody');
  expect((await screen.findByTestId('wall-waiting', {}, patient)).textContent).toBeTruthy();
  expect(await screen.findByText('There is no such site', {}, patient)).toBeTruthy();
}, 30_000);
