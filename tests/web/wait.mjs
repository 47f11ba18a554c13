/** Waiting for conditions, never for time, and never for ever. */

import { setTimeout as pause } from 'node:timers/promises';
import { stretch } from './patience.mjs';

const LIMIT_MILLIS = 20_000;
const LOOK_MILLIS = 40;

/** Look until `look` gives something true, and return it; an error says what was waited for. */
export async function waitFor(what, look, { limitMillis = LIMIT_MILLIS } = {}) {
  const began = performance.now();
  for (;;) {
    const found = await within(what, Promise.resolve(look()), { limitMillis: 3 * limitMillis });
    if (found) return found;
    const waited = performance.now() - began;
    if (waited > limitMillis && waited > stretch(limitMillis))
      throw new Error(`waited ${Math.round(waited / 1000)} s for ${what}`);
    await pause(LOOK_MILLIS);
  }
}

/** Give what `promise` gives; an error says what did not end in time. */
export async function within(what, promise, { limitMillis = LIMIT_MILLIS } = {}) {
  const most = stretch(limitMillis);
  const over = new AbortController();
  const late = pause(most, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`${what} did not end in ${Math.round(most / 1000)} s`);
    },
    () => undefined, // it ended
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
