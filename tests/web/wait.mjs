/** Waiting for conditions, never for time. */

import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MILLIS = 20_000;
const LOOK_MILLIS = 40;

/** Look until `look` gives something true, and return it; an error says what was waited for. */
export async function waitFor(what, look, { limitMillis = LIMIT_MILLIS } = {}) {
  const deadline = performance.now() + limitMillis;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMillis / 1000} s for ${what}`);
    await pause(LOOK_MILLIS);
  }
}
