import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { extendCurve, readCurve } from './curve';

const times = ['2026-05-04T09:00:00Z', '2026-05-04T09:00:30Z', '2026-05-04T09:01:00Z'];
const [first = ''] = times;

function aSeries(changes: Partial<Schemas['Series']>): Schemas['Series'] {
  return {
    measurand: 'power.import',
    raw_measurand: null,
    phase: null,
    location: 'outlet',
    unit: 'W',
    sampled_at: times,
    values: [1000, 2000, 3000],
    sample_count: 3,
    ...changes,
  };
}

function read(...series: Schemas['Series'][]) {
  return readCurve({ session_id: 'ses-1', series });
}

it('shows the power of the whole outlet', () => {
  const curve = read(
    aSeries({ phase: 'L1', values: [1, 1, 1] }),
    aSeries({}),
    aSeries({ location: 'ev', values: [9, 9, 9] }),
  );
  expect(curve?.measure).toBe('power');
  expect(curve?.points.map(({ value }) => value)).toEqual([1000, 2000, 3000]);
  expect(curve?.points[0]?.at).toBe(Date.parse(first));
});

it('adds phases up where all of them were read', () => {
  const curve = read(
    aSeries({ phase: 'L1' }),
    aSeries({ phase: 'L2-N', values: [100, 100], sampled_at: times.slice(0, 2) }),
  );
  expect(curve?.points.map(({ value }) => value)).toEqual([1100, 2100]);
});

it('shows the energy so far where no power is measured', () => {
  const curve = read(aSeries({ measurand: 'energy.import.register', values: [5000, 5100, 5400], unit: 'Wh' }));
  expect(curve).toMatchObject({ measure: 'energy' });
  expect(curve?.points.map(({ value }) => value)).toEqual([0, 100, 400]);
});

it('shows nothing rather than a line that means nothing', () => {
  expect(readCurve(undefined)).toBeNull();
  expect(read()).toBeNull();
  expect(read(aSeries({ sampled_at: times.slice(0, 1), values: [1] }))).toBeNull();
});

it('ends at the newest figure', () => {
  const curve = read(aSeries({}));
  if (!curve) throw new Error('no curve');
  expect(extendCurve(curve, 4000, '2026-05-04T09:01:10Z').points).toHaveLength(4);
  expect(extendCurve(curve, 4000, '2026-05-04T09:00:10Z')).toBe(curve);
  expect(extendCurve(curve, null, '2026-05-04T09:01:10Z')).toBe(curve);
  expect(extendCurve(curve, 4000, null)).toBe(curve);
});
