import type { Schemas } from '@busbar/client';

/** How long after its end a session's price may still be on its way. */
const SETTLING_MILLIS = 60_000;

/** The charge ended just now and its price is not there yet. */
export function isSettling(receipt: Schemas['Receipt'] | undefined, now: number): boolean {
  if (!receipt || receipt.price !== null) return false;
  return Math.abs(now - Date.parse(receipt.ended_at)) < SETTLING_MILLIS;
}
