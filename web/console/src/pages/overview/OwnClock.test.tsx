import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { me, openConsole, playServer } from '../../testing/stage';
import { isAnotherClock } from './isAnotherClock';

// The map draws by WebGL, which is not here.
vi.mock('./OverviewMap', () => ({ OverviewMap: () => null }));

const patient = { timeout: 10_000 };
const permissions = [...me.permissions, 'read_money'];
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
  at: '2026-03-04T10:00:00Z',
  counts,
  energy_today_wh: 0,
  open_sessions: 0,
  power_w: 0,
  sessions_today: 0,
};

interface World {
  zone?: string;
  rights?: string[];
  settled?: boolean;
}

/** The Now page on a computer in Rome. */
async function openNow({ zone = 'UTC', rights = permissions, settled = false }: World = {}) {
  const { resolvedOptions } = Intl.DateTimeFormat.prototype;
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockImplementation(function here(
    this: Intl.DateTimeFormat,
  ) {
    return { ...resolvedOptions.call(this), timeZone: 'Europe/Rome' };
  });
  let stands = zone;
  const asked = playServer(({ path, method, body }) => {
    if (path === '/api/v1/auth/me') return { status: 200, body: { ...me, permissions: rights } };
    if (path === '/api/v1/overview') return { status: 200, body: { ...overview, time_zone: stands } };
    if (path === '/api/v1/overview/power') return { status: 200, body: { step_s: 300, points: [] } };
    if (path === '/api/v1/now') return { status: 200, body: { at: overview.at, items: [], counts: [] } };
    if (path === '/api/v1/settlements' && settled)
      return { status: 200, body: { items: [{ settlement_id: 's1' }], next_cursor: null, total: null } };
    if (path !== '/api/v1/operators/o1') return undefined;
    if (method === 'PATCH') stands = (body as { time_zone: string }).time_zone;
    return { status: 200, body: { operator_id: 'o1', name: 'Isle of Power', time_zone: stands, currency: 'EUR' } };
  });
  await openConsole('/');
  await screen.findByTestId('overview-energy', {}, patient);
  return asked;
}

async function settle(asked: { path: string }[], path: string) {
  await waitFor(() => expect(asked.some((one) => one.path === path)).toBe(true), patient);
  await act(() => new Promise((done) => setTimeout(done, 50)));
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  localStorage.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('offers the clocks of this computer, and sets them at a press', async () => {
  const asked = await openNow();
  const offer = await screen.findByTestId('own-clock', {}, patient);
  expect(offer.textContent).toContain("go by UTC; this computer's by Europe/Rome");
  fireEvent.click(screen.getByTestId('own-clock-set'));
  expect(await screen.findByText("Your network's clocks go by Europe/Rome now", {}, patient)).toBeTruthy();
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ time_zone: 'Europe/Rome' });
  await waitFor(() => expect(screen.queryByTestId('own-clock')).toBeNull(), patient);
  await waitFor(() => expect(screen.getByTestId('overview-energy').textContent).toContain('Europe/Rome'), patient);
}, 30_000);

it('is quiet on this device once it was put away', async () => {
  await openNow();
  await screen.findByTestId('own-clock', {}, patient);
  fireEvent.click(screen.getByRole('button', { name: 'Leave them at UTC' }));
  await waitFor(() => expect(screen.queryByTestId('own-clock')).toBeNull(), patient);
  act(() => session.signOut());
  cleanup();
  vi.restoreAllMocks();
  const asked = await openNow();
  await settle(asked, '/api/v1/settlements');
  expect(screen.queryByTestId('own-clock')).toBeNull();
}, 30_000);

it.each([
  ['where the operator goes by clocks of its own', { zone: 'Asia/Shanghai' }, '/api/v1/operators/o1'],
  ['where a period is settled by UTC', { settled: true }, '/api/v1/settlements'],
  ['to who may not change it', { rights: ['read', 'read_money'] }, '/api/v1/now'],
])(
  'offers nothing %s',
  async (_, world, last) => {
    const asked = await openNow(world);
    await settle(asked, last);
    expect(screen.queryByTestId('own-clock')).toBeNull();
    if (last === '/api/v1/now') expect(asked.some(({ path }) => path === '/api/v1/operators/o1')).toBe(false);
  },
  30_000,
);

it('knows which clocks differ in some season', () => {
  expect(isAnotherClock('Etc/UTC', 'UTC')).toBe(false);
  expect(isAnotherClock('Africa/Abidjan', 'UTC')).toBe(false);
  expect(isAnotherClock('Europe/London', 'UTC')).toBe(true);
  expect(isAnotherClock('Asia/Kathmandu', 'UTC')).toBe(true);
});
