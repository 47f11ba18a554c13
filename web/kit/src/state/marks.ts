import type { Shape, Tone } from './Mark';

/** How a state looks; its word is the text of the same name in the kit's texts. */
export interface MarkLook {
  tone: Tone;
  shape: Shape;
  flowing?: boolean;
}

const unknownLook: MarkLook = { tone: 'idle', shape: 'broken' };

const connector: Record<string, MarkLook> = {
  available: { tone: 'good', shape: 'ring' },
  preparing: { tone: 'info', shape: 'half' },
  occupied: { tone: 'info', shape: 'half' },
  charging: { tone: 'flow', shape: 'bolt', flowing: true },
  suspended_ev: { tone: 'warn', shape: 'pause' },
  suspended_evse: { tone: 'warn', shape: 'pause' },
  finishing: { tone: 'info', shape: 'check' },
  reserved: { tone: 'info', shape: 'diamond' },
  unavailable: { tone: 'idle', shape: 'slash' },
  faulted: { tone: 'bad', shape: 'triangle' },
  offline: { tone: 'idle', shape: 'broken' },
  unknown: unknownLook,
};

const session: Record<string, MarkLook> = {
  requested: { tone: 'info', shape: 'dots' },
  waiting: { tone: 'info', shape: 'clock' },
  active: { tone: 'flow', shape: 'bolt', flowing: true },
  ended: { tone: 'idle', shape: 'check' },
  failed: { tone: 'bad', shape: 'cross' },
};

const charging: Record<string, MarkLook> = {
  idle: { tone: 'idle', shape: 'ring' },
  ev_connected: { tone: 'info', shape: 'half' },
  charging: { tone: 'flow', shape: 'bolt', flowing: true },
  suspended_ev: { tone: 'warn', shape: 'pause' },
  suspended_evse: { tone: 'warn', shape: 'pause' },
};

const registration: Record<string, MarkLook> = {
  accepted: { tone: 'good', shape: 'check' },
  pending: { tone: 'warn', shape: 'dots' },
  blocked: { tone: 'bad', shape: 'cross' },
};

const outcome: Record<string, MarkLook> = {
  accepted: { tone: 'good', shape: 'check' },
  rejected: { tone: 'bad', shape: 'cross' },
  timed_out: { tone: 'warn', shape: 'clock' },
  undelivered: { tone: 'warn', shape: 'broken' },
  unsupported: { tone: 'idle', shape: 'slash' },
  queued: { tone: 'info', shape: 'clock' },
  sent: { tone: 'info', shape: 'dots' },
  pending: { tone: 'info', shape: 'dots' },
};

const link: Record<string, MarkLook> = {
  online: { tone: 'good', shape: 'dot' },
  offline: { tone: 'idle', shape: 'broken' },
};

const looks = { connector, session, charging, registration, outcome, link };

export type StateKind = keyof typeof looks;

/** The look of a state by its kind and the API's word for it; a word of a later version looks unknown. */
export function lookOf(kind: StateKind, state: string): MarkLook {
  return looks[kind][state] ?? unknownLook;
}

/** The words that we have texts for. */
export function isKnownState(kind: StateKind, state: string): boolean {
  return state in looks[kind];
}
