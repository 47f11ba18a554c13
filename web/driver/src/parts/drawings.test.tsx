import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Feeder, lineWidth } from './Feeder';
import { traceLine } from './Sparkline';

it('draws more power as a thicker line, within bounds', () => {
  const widths = [0, 500, 3_700, 11_000, 22_000, 150_000, 1_000_000].map(lineWidth);
  expect(widths).toEqual([...widths].sort((one, other) => one - other));
  expect(lineWidth(null)).toBe(3);
  expect(Math.max(...widths)).toBe(14);
});

it('moves only where power flows', () => {
  for (const state of ['open', 'closed', 'paused', 'broken'] as const)
    expect(render(<Feeder state={state} />).container.querySelector('.bd-feeder-flow')).toBeNull();
  const flowing = render(<Feeder state="flowing" powerW={22_000} />).container;
  expect(flowing.querySelector('.bd-feeder-flow')).not.toBeNull();
});

it('traces a curve from zero, and nothing without two points', () => {
  expect(traceLine([])).toBeNull();
  expect(traceLine([{ at: 1, value: 1 }])).toBeNull();
  const trace = traceLine([
    { at: 0, value: 0 },
    { at: 10, value: 50 },
    { at: 20, value: 100 },
  ]);
  expect(trace?.line).toBe('M5.0 83.0L160.0 44.0L315.0 5.0');
  expect(trace?.last).toEqual({ x: 315, y: 5 });
});
