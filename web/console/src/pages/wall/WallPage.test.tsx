import type { Schemas } from '@busbar/client';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { openConsole, playServer } from '../../testing/stage';
import { screenSession } from './screen';

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

const fault: Schemas['WallFault'] = {
  station_id: 'S1',
  station_name: 'Column 1',
  site_name: null,
  since: '2026-03-04T09:00:00Z',
  severity: 'critical',
  words: 'GroundFailure',
  is_acknowledged: false,
};

/** A site that nobody drew, and a wall that answers as the test says. */
function playWall(answer: () => { status: number; body: unknown }) {
  playServer(({ path }) => {
    if (path.endsWith('/layout')) return { status: 200, body: { pieces: [] } };
    return path === '/api/v1/wall' ? answer() : undefined;
  });
}

/** Pages' intervals run on, and the test can set them forward. */
function takeIntervals() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'], shouldAdvanceTime: true });
}

const pass = (millis: number) => act(() => vi.advanceTimersByTimeAsync(millis));

async function openWall(zone: string) {
  playWall(() => ({ status: 200, body: { ...wall, time_zone: zone } }));
  await openConsole('/wall/site/s1');
  await screen.findByTestId('wall', {}, patient);
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
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

it('shows each fault once, also two of a station at once', async () => {
  takeIntervals();
  let faults = [fault, fault, { ...fault, station_id: 'S2' }];
  const complain = vi.spyOn(console, 'error');
  playWall(() => ({ status: 200, body: { ...wall, faults } }));
  await openConsole('/wall/site/s1?severity=off');
  await screen.findByTestId('wall', {}, patient);
  faults = [{ ...fault, station_id: 'S3' }, fault, fault, { ...fault, station_id: 'S2' }];
  await pass(5_000);
  faults = [];
  await pass(5_000);
  await waitFor(() => expect(screen.getByTestId('wall-faults').querySelectorAll('li')).toHaveLength(0));
  expect(complain.mock.calls.map(String).filter((words) => words.includes('same key'))).toEqual([]);
}, 30_000);

it('ends a read that hangs, and reads again', async () => {
  takeIntervals();
  playWall(() => ({ status: 200, body: wall }));
  const { fetch } = globalThis;
  const patience = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal);
  let asked = 0;
  vi.stubGlobal('fetch', (request: Request) => {
    if (!request.url.includes('/api/v1/wall')) return fetch(request);
    asked += 1;
    if (asked > 1) return fetch(request.url);
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => reject(new Error('it took too long')));
    });
  });
  await openConsole('/wall/site/s1');
  await waitFor(() => expect(asked).toBe(1));
  patience.abort();
  await pass(5_000);
  await screen.findByTestId('wall', {}, patient);
}, 30_000);

it.each([401, 403, 404])(
  'shows nothing any more once the server answers %d',
  async (status) => {
    takeIntervals();
    let answer: { status: number; body: unknown } = { status: 200, body: { ...wall, faults: [fault] } };
    // With a screen's own key, staff who are signed in here do not come in between.
    screenSession.signIn({ token: 'bb_screen', expiresAt: null });
    playWall(() => answer);
    await openConsole('/wall/site/s1');
    await screen.findByTestId('wall-takeover', {}, patient);
    answer = { status, body: {} };
    await pass(5_000);
    await screen.findByTestId('wall-waiting', {}, patient);
    expect(screen.queryByTestId('wall-takeover')).toBeNull();
    act(() => screenSession.signOut());
  },
  30_000,
);

it.each(['/wall', '/wall/site/s1'])(
  'comes back by itself at %s after it failed, once the server answers',
  async (address) => {
    takeIntervals();
    const reload = vi.spyOn(window.location, 'reload').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
    let status = 502;
    playServer(({ path }) => {
      if (path === '/api/v1/wall') return { status: 200, body: { ...wall, faults: null } };
      return path === address ? { status } : undefined;
    });
    await openConsole(address);
    await screen.findByTestId('wall-failed', {}, patient);
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
    status = 200;
    await pass(60_000);
    await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
  },
  30_000,
);

it('takes a newer version after a day, though reads failed meanwhile', async () => {
  takeIntervals();
  const reload = vi.spyOn(window.location, 'reload').mockReturnValue();
  let reads = 0;
  playWall(() => {
    reads += 1;
    return reads % 3 ? { status: 200, body: wall } : { status: 503, body: {} };
  });
  await openConsole('/wall/site/s1');
  await screen.findByTestId('wall', {}, patient);
  const now = performance.now();
  await pass(120_000);
  expect(reload).not.toHaveBeenCalled();
  vi.spyOn(performance, 'now').mockReturnValue(now + 86_400_000);
  await pass(60_000);
  await waitFor(() => expect(reload).toHaveBeenCalled());
}, 30_000);

it('plans no sound for a browser that allows none, sounds after a gesture, and closes its sound', async () => {
  takeIntervals();
  const contexts: Sound[] = [];
  const part = { frequency: {}, gain: {}, connect: () => part, start: () => undefined, stop: () => undefined };
  class Sound extends EventTarget {
    state = 'suspended';
    tones = 0;
    constructor() {
      super();
      contexts.push(this);
    }
    createOscillator() {
      this.tones += 1;
      return part;
    }
    createGain = () => part;
    close = async () => {
      this.state = 'closed';
    };
    resume = async () => {
      this.state = 'running';
      this.dispatchEvent(new Event('statechange'));
    };
  }
  vi.stubGlobal('AudioContext', Sound);
  playWall(() => ({ status: 200, body: { ...wall, faults: [fault] } }));
  await openConsole('/wall/site/s1?sound=on');
  await screen.findByTestId('wall-takeover', {}, patient);
  await pass(60_000);
  const tones = () => contexts.reduce((sum, one) => sum + one.tones, 0);
  expect(tones()).toBe(0);
  fireEvent.pointerDown(document.body);
  expect(tones()).toBe(2);
  await pass(4_000);
  expect(tones()).toBe(4);
  cleanup();
  expect(contexts.map(({ state }) => state)).toEqual(contexts.map(() => 'closed'));
}, 30_000);
