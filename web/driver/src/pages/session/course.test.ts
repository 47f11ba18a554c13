import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { aSession, aStep } from '../../testing/fixtures';
import { feederOf, isCharging, lastedS, stagesOf, stopPhaseOf, stopReasonKey } from './course';

function states(...changes: Parameters<typeof aSession>): string {
  return stagesOf(aSession(...changes))
    .map(({ state }) => state)
    .join(' ');
}

it('tells how far a start has come', () => {
  const unheard = { charging_state: null, power_w: null, started_at: null };
  expect(states({ state: 'requested', steps: [aStep('requested')], ...unheard })).toBe('done now next next');
  expect(states({ state: 'waiting', ...unheard })).toBe('done done now next');
  expect(states({ state: 'active', charging_state: 'ev_connected' })).toBe('done done done now');
  expect(states({ state: 'active' })).toBe('done done done done');
  expect(states({ state: 'failed', steps: [aStep('requested')], ...unheard })).toBe('done failed next next');
  expect(states({ state: 'failed', ...unheard })).toBe('done done failed next');
});

it('tells the times of the stages that are done', () => {
  const [asked, accepted, , charging] = stagesOf(
    aSession({ steps: [aStep('requested'), aStep('start_accepted', '2026-05-04T09:00:04Z')] }),
  );
  expect(asked?.at).toBe('2026-05-04T09:00:00Z');
  expect(accepted?.at).toBe('2026-05-04T09:00:04Z');
  expect(charging?.at).toBeNull();
});

it('knows from the meter that power flows where the station does not say it', () => {
  expect(isCharging(aSession({ charging_state: null, power_w: 5000 }))).toBe(true);
  expect(isCharging(aSession({ charging_state: null, power_w: null }))).toBe(false);
  expect(isCharging(aSession({ charging_state: 'suspended_ev', power_w: 5000 }))).toBe(false);
});

it('follows the wish to stop by its last step', () => {
  const at = Date.parse('2026-05-04T09:00:00Z');
  const tell = (now: number, ...steps: Schemas['Step'][]) =>
    stopPhaseOf(aSession({ steps: steps.map((step) => aStep(step)) }), now);
  const phase = (...steps: Schemas['Step'][]) => tell(at + 1_000, ...steps);
  expect(phase()).toBe('none');
  expect(phase('stop_requested')).toBe('asked');
  expect(phase('stop_requested', 'charging_state')).toBe('asked');
  expect(phase('stop_requested', 'stop_accepted')).toBe('accepted');
  expect(phase('stop_requested', 'stop_refused')).toBe('refused');
  expect(phase('stop_requested', 'stop_refused', 'stop_requested')).toBe('asked');
  expect(phase('stop_requested', 'stop_accepted', 'ended', 'reopened')).toBe('none');
  expect(tell(at + 61_000, 'stop_requested')).toBe('overdue');
  expect(tell(at + 61_000, 'stop_requested', 'stop_accepted')).toBe('overdue');
  expect(tell(at + 61_000, 'stop_requested', 'stop_refused')).toBe('refused');
});

it('draws the line as the session stands', () => {
  expect(feederOf(aSession())).toBe('flowing');
  expect(feederOf(aSession({ charging_state: 'suspended_evse' }))).toBe('paused');
  expect(feederOf(aSession({ charging_state: 'ev_connected' }))).toBe('closed');
  expect(feederOf(aSession({ state: 'waiting' }))).toBe('open');
  expect(feederOf(aSession({ state: 'failed' }))).toBe('broken');
});

it('counts time on while it is told, and stands still without a line', () => {
  const session = aSession({ duration_s: 600, readAt: 1_000_000, heardAt: 1_020_000 });
  expect(lastedS(session, 1_065_000, true)).toBe(665);
  expect(lastedS(session, 1_065_000, false)).toBe(620);
  expect(lastedS(session, 900_000, true)).toBe(600); // a clock that was put back
  expect(lastedS(aSession({ duration_s: 600, is_open: false }), 9_000_000, true)).toBe(600);
  expect(lastedS(aSession({ duration_s: null }), 1_065_000, true)).toBeNull();
});

it('has plain words for the stop reasons of all versions', () => {
  expect(stopReasonKey('EVDisconnected')).toBe('unplugged');
  expect(stopReasonKey('SoftReset')).toBe('restart');
  expect(stopReasonKey('SOCLimitReached')).toBe('socLimit');
  expect(stopReasonKey('VendorSaysNo')).toBe('other');
});
