import type { Schemas } from '@busbar/client';
import type { FeederState } from '../../parts/Feeder';

type Session = Schemas['DriverSession'];

/** How far a start has come. */
export type StageState = 'done' | 'now' | 'next' | 'failed';

export interface Stage {
  stage: 'asked' | 'accepted' | 'plugged' | 'charging';
  state: StageState;
  at: string | null;
}

const order = ['asked', 'accepted', 'plugged', 'charging'] as const;

function timeOf(session: Session, step: Schemas['Step']): string | null {
  return session.steps.find((entry) => entry.step === step)?.at ?? null;
}

/** A session that draws power, or did: some stations tell it by the meter alone. */
export function isCharging(session: Session): boolean {
  return session.charging_state === 'charging' || (session.charging_state === null && (session.power_w ?? 0) > 0);
}

/** The four stages between the wish and the power, each as far as the station told. */
export function stagesOf(session: Session): Stage[] {
  const wasAccepted = timeOf(session, 'start_accepted') !== null;
  const isBegun = session.state === 'active' || session.state === 'ended';
  const reached = isBegun ? (isCharging(session) ? 4 : 3) : session.state === 'waiting' || wasAccepted ? 2 : 1;
  const times = {
    asked: session.requested_at,
    accepted: timeOf(session, 'start_accepted'),
    plugged: session.started_at,
    charging: null,
  };
  return order.map((stage, index) => ({
    stage,
    state: index < reached ? 'done' : index > reached ? 'next' : session.state === 'failed' ? 'failed' : 'now',
    at: index < reached ? times[stage] : null,
  }));
}

/** A charge that goes on for this long after a stop was asked for, or agreed to, may be stopped once more. */
export const STOP_PATIENCE_MILLIS = 60_000;

/**
 * What became of the wish to stop: nobody wishes it, it is on its way, the station agreed, it would not, or the charge
 * goes on all the same.
 */
export type StopPhase = 'none' | 'asked' | 'accepted' | 'refused' | 'overdue';

const stopPhases: Partial<Record<Schemas['Step'], StopPhase>> = {
  stop_requested: 'asked',
  stop_accepted: 'accepted',
  stop_refused: 'refused',
  reopened: 'none', // what ended it is undone
};

export function stopPhaseOf(session: Session, now: number): StopPhase {
  for (const { step, heard_at: heardAt } of [...session.steps].reverse()) {
    const phase = stopPhases[step];
    if (!phase) continue;
    const isWaiting = phase === 'asked' || phase === 'accepted';
    return isWaiting && now - Date.parse(heardAt) > STOP_PATIENCE_MILLIS ? 'overdue' : phase;
  }
  return 'none';
}

/** How the line from the busbar to the car is drawn. */
export function feederOf(session: Session): FeederState {
  if (session.state === 'failed') return 'broken';
  if (session.state !== 'active') return 'open';
  if (isCharging(session)) return 'flowing';
  if (session.charging_state === 'suspended_ev' || session.charging_state === 'suspended_evse') return 'paused';
  return 'closed';
}

/** Seconds that a session has lasted, counted on from when we were told; without a line it stands still. */
export function lastedS(
  session: Session & { readAt: number; heardAt: number },
  now: number,
  isFresh: boolean,
): number | null {
  if (session.duration_s === null) return null;
  const until = session.is_open ? (isFresh ? now : session.heardAt) : session.readAt;
  return session.duration_s + Math.max(0, Math.floor((until - session.readAt) / 1_000));
}

/** Stop reasons that we have plain words for, by the stations' own words in all versions. */
const stopReasons: Record<string, string> = {
  EVDisconnected: 'unplugged',
  StoppedByEV: 'byCar',
  Local: 'atStation',
  Remote: 'byApp',
  EmergencyStop: 'emergency',
  PowerLoss: 'powerLoss',
  PowerQuality: 'powerQuality',
  Reboot: 'restart',
  HardReset: 'restart',
  SoftReset: 'restart',
  ImmediateReset: 'restart',
  UnlockCommand: 'unlocked',
  DeAuthorized: 'deAuthorized',
  MasterPass: 'byStaff',
  EnergyLimitReached: 'energyLimit',
  SOCLimitReached: 'socLimit',
  TimeLimitReached: 'timeLimit',
  CostLimitReached: 'costLimit',
  LocalOutOfCredit: 'costLimit',
  GroundFault: 'fault',
  OvercurrentFault: 'fault',
  AbnormalCondition: 'fault',
  Timeout: 'timeout',
  ReqEnergyTransferRejected: 'transferRefused',
};

/** The text of a stop reason; `other` for a word of a vendor's own. */
export function stopReasonKey(reason: string): string {
  return stopReasons[reason] ?? 'other';
}
