import { createApi } from '@busbar/client';
import { SessionStore } from '@busbar/kit';
import { api, session } from '../../app/server';

/** A screen of its own carries a key that opens nothing but this page; it stays in this browser. */
export const screenSession = new SessionStore('busbar.wall.session');

const screenApi = createApi(screenSession);

/** The server, spoken to as the screen where it has a key, else as whoever is signed in to the console. */
export function wallApi() {
  return screenSession.isSignedIn ? screenApi : api;
}

/** A line that was cut without a word would hold a read for many minutes, long after there is another one. */
const PATIENCE_MILLIS = 15_000;

/** Ends a read that nobody wants any more, or that takes too long. */
export function impatient(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLIS)]);
}

/** Whether somebody is here who may acknowledge a fault. */
export function hasStaff(): boolean {
  return session.isSignedIn;
}

/** Take the key from the address, once: it shall not stay on a screen that everybody sees. */
export function takeKey(address: string): string | null {
  const given = new URL(address);
  const key = new URLSearchParams(given.hash.slice(1)).get('key');
  if (!key?.startsWith('bb_')) return null;
  screenSession.signIn({ token: key, expiresAt: null });
  given.hash = '';
  return given.pathname + given.search;
}
