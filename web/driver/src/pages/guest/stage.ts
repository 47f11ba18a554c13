import type { Schemas } from '@busbar/client';
import { STOP_PATIENCE_MILLIS } from '../session/course';

type Stay = Schemas['GuestStay'];

export type Stage = 'paying' | 'starting' | 'charging' | 'settling' | 'ended' | 'failed';

const GONE = new Set<Schemas['PaymentState']>(['failed', 'cancelled']);
const OPEN = new Set<Schemas['PaymentState']>(['created', 'pending']);

/** Where a guest stands: one word for payment and charge together. */
export function stageOf({ payment, session }: Stay): Stage {
  if (OPEN.has(payment.state)) return 'paying';
  if (session?.state === 'active') return 'charging';
  if (session?.state === 'ended') return payment.state === 'authorised' ? 'settling' : 'ended';
  if (GONE.has(payment.state) || payment.state === 'refunded' || session?.state === 'failed') return 'failed';
  return 'starting';
}

/** Whether nothing more will change by itself: a charge that cost something still gets its receipt. */
export function isSettled(stay: Stay): boolean {
  const stage = stageOf(stay);
  if (stage !== 'ended') return stage === 'failed';
  const { session } = stay;
  return !session?.price || session.price.lines.length === 0 || session.receipt_reference !== null;
}

/** Whether a stop is on its way; a station that has not ended the charge for so long may be asked again. */
export function isStopAsked({ session }: Stay, now: number): boolean {
  return session?.stop_requested_at != null && now - Date.parse(session.stop_requested_at) <= STOP_PATIENCE_MILLIS;
}
