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
}

const TIMEOUT_MILLIS = 12_000;
/** A position of a minute ago is near enough to search around. */
const AGE_MILLIS = 60_000;

let known: Known = {
  state: 'geolocation' in navigator && window.isSecureContext ? 'unasked' : 'unsupported',
  position: null,
};
const listeners = new Set<() => void>();

function set(next: Known): void {
  known = next;
  for (const listener of listeners) listener();
}

/** About ten metres: enough to sort stations by, and the list is not asked for anew at every step. */
function roundDegrees(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}

/** Ask the phone where it is. */
export function askPosition(): void {
  if (known.state === 'unsupported' || known.state === 'asking') return;
  set({ ...known, state: 'asking' });
  navigator.geolocation.getCurrentPosition(
    ({ coords }) =>
      set({
        state: 'found',
        position: { latitude: roundDegrees(coords.latitude), longitude: roundDegrees(coords.longitude) },
      }),
    (error) => set({ ...known, state: error.code === error.PERMISSION_DENIED ? 'denied' : 'failed' }),
    { timeout: TIMEOUT_MILLIS, maximumAge: AGE_MILLIS },
  );
}

/** Ask without bothering anyone: only when it was allowed before. */
async function askIfAllowed(): Promise<void> {
  if (known.state !== 'unasked') return;
  const permission = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null);
  if (permission?.state === 'granted') askPosition();
  if (permission?.state === 'denied') set({ ...known, state: 'denied' });
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
  }, []);
  return { ...current, ask: askPosition };
}
