import type { Schemas } from '@busbar/client';

/** A driver's session with the moments at which we learned of it. */
export type LiveSession = Schemas['DriverSession'] & {
  /** Milliseconds of this device when the whole of it was read: `duration_s` is counted from here. */
  readAt: number;
  /** Milliseconds of this device when its figures were last confirmed. */
  heardAt: number;
};

/** Figures that were confirmed within this time are those of now. */
export const FRESH_MILLIS = 45_000;

/**
 * Whether the station lost its connection after all that it has told: what it measured before is not what flows now,
 * however lately the server was asked. A stop that it refused may be one that never reached it.
 */
export function isCutOff({ steps, last_sample_at: sampleAt }: Pick<LiveSession, 'steps' | 'last_sample_at'>): boolean {
  const newest = (found: LiveSession['steps']) => Math.max(0, ...found.map(({ heard_at: at }) => Date.parse(at)));
  const lostAt = newest(steps.filter(({ step }) => step === 'station_offline'));
  const told = steps.filter(
    ({ step, source }) => source === 'station' && step !== 'station_offline' && step !== 'stop_refused',
  );
  return lostAt > Math.max(newest(told), sampleAt === null ? 0 : Date.parse(sampleAt));
}

const KEY = 'busbar.driver.lastSession';
const GUEST_KEY = 'busbar.driver.guest';

/** Remember a running session, so that a reload without network still shows the last figures, with their age. */
export function keepSession(session: LiveSession): void {
  try {
    if (session.is_open) localStorage.setItem(KEY, JSON.stringify(session));
    else if (readKeptSession()?.session_id === session.session_id) localStorage.removeItem(KEY);
  } catch {
    // A full or forbidden storage only costs the memory of it.
  }
}

/** The session that was running when we last heard of one. */
export function readKeptSession(): LiveSession | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    if (!('session_id' in kept && 'state' in kept && 'heardAt' in kept && 'steps' in kept)) return undefined;
    return Array.isArray(kept.steps) && typeof kept.heardAt === 'number' ? (kept as LiveSession) : undefined;
  } catch {
    return undefined; // not written by us
  }
}

/** Remember the link of a guest's charge until the charge is over: it is the only way to Stop and to the receipt. */
export function keepGuest(link: string, isOver = false): void {
  try {
    if (!isOver) localStorage.setItem(GUEST_KEY, link);
    else if (readGuest() === link) localStorage.removeItem(GUEST_KEY);
  } catch {
    // A full or forbidden storage only costs the memory of it.
  }
}

/** The link of the guest's charge that was under way here. */
export function readGuest(): string | null {
  try {
    return localStorage.getItem(GUEST_KEY);
  } catch {
    return null;
  }
}

/** Nothing of a person stays behind after they signed out. */
export function dropKept(): void {
  localStorage.removeItem(KEY);
}
