import type { Schemas } from '@busbar/client';

/** How often what is on its way is asked for. */
export const SETTLING_POLL_MILLIS = 3_000;
/** How long after its end a session's price and receipt may still be on their way. */
const SETTLING_MILLIS = 60_000;

/** The charge ended just now. */
export function isJustOver(endedAt: string, now: number): boolean {
  return Math.abs(now - Date.parse(endedAt)) < SETTLING_MILLIS;
}

/** The charge ended just now and its price is not there yet. */
export function isSettling(receipt: Schemas['Receipt'] | undefined, now: number): boolean {
  if (!receipt || receipt.price !== null) return false;
  return isJustOver(receipt.ended_at, now);
}
