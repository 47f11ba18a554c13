import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { type LiveSession, readKeptSession } from '../app/kept';
import { aSession } from '../testing/fixtures';
import { applyProgress } from './progress';

const AT = '2026-05-04T09:10:30Z';

it('writes the newest figures into what the pages show', () => {
  const client = new QueryClient();
  client.setQueryData(['session', 'ses-1'], aSession({ soc_permille: 400 }));
  client.setQueryData(['sessions', 'active'], [aSession(), aSession({ session_id: 'ses-2' })]);
  applyProgress(
    client,
    [
      { session_id: 'ses-1', at: AT, energy_wh: 3700, power_w: 20000 },
      { session_id: 'ses-1', at: AT, energy_wh: 3800, power_w: 21000, charging_state: 'suspended_ev' },
      { session_id: 'unknown', at: AT, energy_wh: 1 },
    ],
    2_000_000,
  );
  const session = client.getQueryData<LiveSession>(['session', 'ses-1']);
  expect(session).toMatchObject({
    energy_wh: 3800,
    power_w: 21000,
    charging_state: 'suspended_ev',
    soc_permille: null, // left out: the station does not tell it any more
    last_sample_at: AT,
    heardAt: 2_000_000,
    readAt: 1_000_000,
  });
  const active = client.getQueryData<LiveSession[]>(['sessions', 'active']);
  expect(active?.map(({ energy_wh: energyWh }) => energyWh)).toEqual([3800, 3600]);
  expect(readKeptSession()?.energy_wh).toBe(3800);
  expect(client.getQueryData(['session', 'unknown'])).toBeUndefined();
});

it('lets an ended session rest', () => {
  const client = new QueryClient();
  client.setQueryData(['session', 'ses-1'], aSession({ is_open: false, state: 'ended' }));
  applyProgress(client, [{ session_id: 'ses-1', at: AT, energy_wh: 9999 }], 2_000_000);
  expect(client.getQueryData<LiveSession>(['session', 'ses-1'])?.energy_wh).toBe(3600);
});
