/**
 * How long to wait for what others on the machine may hold up, as tests/patience.py has it for Python: a limit that is
 * right on a quiet machine is stretched by as much as more programs want to run than there are processors.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** How many times slower than it could a page works, so that what goes wrong in slow browsers can be looked for. */
export const SLOWNESS = Math.max(1, Number.parseFloat(process.env.BUSBAR_TEST_SLOWNESS ?? '1') || 1);

/** However busy the machine is, a limit grows by no more than this: every wait ends. */
const SHARE_MIN = 0.1;

/** Which part of a processor one more program got in the last minute; all of it where nobody can tell. */
export function readShare(text = readLoad()) {
  const wanting = Number.parseFloat(text);
  if (!(wanting > 0)) return 1;
  return Math.max(SHARE_MIN, Math.min(1, availableParallelism() / wanting));
}

function readLoad() {
  try {
    return readFileSync('/proc/loadavg', 'ascii');
  } catch {
    return '';
  }
}

/** A limit as it is on this machine now. */
export function stretch(limitMillis) {
  return Math.round((limitMillis * SLOWNESS) / readShare());
}
