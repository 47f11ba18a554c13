import type { Schemas } from '@busbar/client';

type State = Schemas['PaymentState'];

export const paymentStates: State[] = [
  'created',
  'pending',
  'authorised',
  'captured',
  'partly_refunded',
  'refunded',
  'disputed',
  'failed',
  'cancelled',
];

/** How a payment's state looks: its colour is never alone. */
export function toneOf(state: State) {
  if (state === 'captured') return { tone: 'good', shape: 'check' } as const;
  if (state === 'failed') return { tone: 'bad', shape: 'cross' } as const;
  if (state === 'disputed') return { tone: 'warn', shape: 'clock' } as const;
  if (state === 'refunded' || state === 'cancelled') return { tone: 'idle', shape: 'slash' } as const;
  return { tone: 'info', shape: 'dots' } as const;
}
