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

const KEY = 'busbar.driver.lastSession';

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

/** Nothing of a person stays behind after they signed out. */
export function dropKept(): void {
  localStorage.removeItem(KEY);
}
