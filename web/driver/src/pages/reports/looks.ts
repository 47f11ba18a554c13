import type { Schemas } from '@busbar/client';
import type { Shape, Tone } from '@busbar/kit';

export const categories = [
  'no_start',
  'no_stop',
  'slow',
  'wrong_price',
  'damaged',
  'blocked',
  'other',
] as const satisfies readonly Schemas['ComplaintCategory'][];

export const statusLooks: Record<Schemas['ComplaintStatus'], { tone: Tone; shape: Shape }> = {
  open: { tone: 'info', shape: 'dots' },
  in_progress: { tone: 'warn', shape: 'clock' },
  resolved: { tone: 'good', shape: 'check' },
  rejected: { tone: 'idle', shape: 'cross' },
};

/** Nothing more is taken to it. */
export function isOver(status: Schemas['ComplaintStatus']): boolean {
  return status === 'resolved' || status === 'rejected';
}
