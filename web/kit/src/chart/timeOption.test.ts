import { expect, it } from 'vitest';
import type { Panel, Point } from './timeOption';
import { timeOption } from './timeOption';

const MINUTE = 60_000;

function panel(title: string, ...points: Point[]): Panel {
  return { title, unit: 'kW', digits: 1, series: [{ name: title, points }] };
}

function spans(panels: Panel[], from?: number) {
  const option = timeOption({
    panels,
    ...(from !== undefined && { from }),
    theme: 'light',
    locale: 'en-GB',
    zoomable: false,
    heightPx: 300,
  });
  return (option.xAxis as { min?: number; max?: number }[]).map(({ min, max }) => [min, max]);
}

it('gives all panels the same span of time, whatever each of them measured', () => {
  const power = panel('Power', [2 * MINUTE, 7], [3 * MINUTE, 7]);
  const energy = panel('Energy', [MINUTE, 0], [9 * MINUTE, 6]);
  expect(spans([power, energy])).toEqual([
    [MINUTE, 9 * MINUTE],
    [MINUTE, 9 * MINUTE],
  ]);
  expect(spans([power, energy], 0)).toEqual([
    [0, 9 * MINUTE],
    [0, 9 * MINUTE],
  ]);
});

it('leaves the span open when there is one instant only', () => {
  expect(spans([panel('Power', [MINUTE, 7])])).toEqual([[undefined, undefined]]);
});
