/** Which part of a chart is seen, in hundredths of all of it. */
export interface Window {
  start: number;
  end: number;
}

export type Move = 'back' | 'on' | 'in' | 'out' | 'all';

const SHARE = 0.25;
const LEAST = 0.5;

/** The part that is seen after a step: a quarter aside, half as much, twice as much, or all. */
export function moveWindow({ start, end }: Window, move: Move): Window {
  const span = end - start;
  if (move === 'all') return { start: 0, end: 100 };
  if (move === 'back' || move === 'on') {
    const wanted = (move === 'on' ? 1 : -1) * span * SHARE;
    const step = Math.max(-start, Math.min(100 - end, wanted));
    return { start: start + step, end: end + step };
  }
  const after = move === 'in' ? Math.max(LEAST, span / 2) : Math.min(100, span * 2);
  const begin = Math.max(0, Math.min(100 - after, start + (span - after) / 2));
  return { start: begin, end: begin + after };
}
