import { useEffect, useSyncExternalStore } from 'react';
import type { Position } from '../queries/stations';

/**
 * `unasked`: nobody asked the phone yet. `asking`: it was asked. `denied`: the person or the browser said no. `failed`:
 * the phone does not know where it is. `unsupported`: this browser, or a page without TLS, cannot ask at all.
 */
export type PositionState = 'unasked' | 'asking' | 'found' | 'denied' | 'failed' | 'unsupported';

interface Known {
  state: PositionState;
  position: Position | null;
  /** Milliseconds of this device when it was found. */
  at: number;
}

const TIMEOUT_MILLIS = 12_000;
/** A position of a minute ago is near enough to search around. */
const AGE_MILLIS = 60_000;
/** After this a phone may be a drive away from where it was. */
const OLD_MILLIS = 3 * 60_000;

let known: Known = {
  state: 'geolocation' in navigator && window.isSecureContext ? 'unasked' : 'unsupported',
  position: null,
  at: 0,
};
let isAsking = false;
const listeners = new Set<() => void>();

function set(next: Known): void {
  known = next;
  for (const listener of listeners) listener();
}

/** About ten metres: enough to sort stations by, and the list is not asked for anew at every step. */
function roundDegrees(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}

/** Nobody knows, any more, where the phone is. */
function lose(state: PositionState): void {
  set({ state, position: null, at: 0 });
}

/** Ask the phone where it is. A position that is known stands until the answer: the list does not jump meanwhile. */
export function askPosition(): void {
  if (known.state === 'unsupported' || isAsking) return;
  isAsking = true;
  if (!known.position) lose('asking');
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      isAsking = false;
      const position = { latitude: roundDegrees(coords.latitude), longitude: roundDegrees(coords.longitude) };
      set({ state: 'found', position, at: Date.now() });
    },
    (error) => {
      isAsking = false;
      lose(error.code === error.PERMISSION_DENIED ? 'denied' : 'failed');
    },
    { timeout: TIMEOUT_MILLIS, maximumAge: AGE_MILLIS },
  );
}

/** Ask without bothering anyone: only when it was allowed before, and what is known is old. */
async function askIfAllowed(): Promise<void> {
  if (known.state === 'unsupported') return;
  if (known.state === 'found' && Date.now() - known.at < OLD_MILLIS) return;
  const permission = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null);
  // Some browsers never tell that it is allowed: where it was found, it was.
  if (permission?.state === 'denied') lose('denied');
  else if (permission?.state === 'granted' || known.state === 'found') askPosition();
}

/** Whoever opens the app again may have driven since. */
function askAgain(): void {
  if (document.visibilityState === 'visible') void askIfAllowed();
}

/** Where the driver stands, as far as it is known. */
export function usePosition(): Known & { ask: () => void } {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => known,
  );
  useEffect(() => {
    void askIfAllowed();
    document.addEventListener('visibilitychange', askAgain);
    return () => document.removeEventListener('visibilitychange', askAgain);
  }, []);
  return { ...current, ask: askPosition };
}
