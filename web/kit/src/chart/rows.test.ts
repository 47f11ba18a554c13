import { expect, it } from 'vitest';
import { rowsOf } from './rows';
import type { Panel, Point } from './timeOption';

const panel = (title: string, points: Point[]): Panel => ({
  title,
  unit: 'kW',
  digits: 1,
  series: [{ name: title, points }],
});

it('puts what was measured at one instant into one row', () => {
  const { columns, rows } = rowsOf([
    panel('power', [
      [10, 1],
      [30, 3],
    ]),
    panel('energy', [[10, 7]]),
  ]);
  expect(columns.map(({ name }) => name)).toEqual(['power', 'energy']);
  expect(rows).toEqual([
    { at: 10, values: [1, 7] },
    { at: 30, values: [3, null] },
  ]);
});

it('keeps the first and the last of a long measurement', () => {
  const points = Array.from({ length: 1_000 }, (_, at): Point => [at, at]);
  const { rows } = rowsOf([panel('power', points)], 50);
  expect(rows).toHaveLength(50);
  expect([rows[0]?.at, rows.at(-1)?.at]).toEqual([0, 999]);
});
