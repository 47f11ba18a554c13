import { expect, it } from 'vitest';
import { isOpen, periodOf, toCurve } from './sitePower';

const ZONE = 'Europe/Rome';
const at = (text: string) => Date.parse(text);

it('shows the present day of the site, not of the reader', () => {
  const now = at('2026-03-28T23:30:00Z'); // after midnight there, on the day whose clocks are put forward
  const period = periodOf('day', undefined, ZONE, now);
  expect(period).toEqual({
    day: '2026-03-29',
    from: at('2026-03-28T23:00:00Z'),
    to: at('2026-03-29T22:00:00Z'),
    before: '2026-03-28',
    after: '2026-03-30',
  });
  expect(isOpen(period, now)).toBe(true);
  expect(isOpen(period, period.to)).toBe(false);
});

it('knows months of any length, and the turn of the year', () => {
  const { day, from, to, before, after } = periodOf('month', '2026-12-17', ZONE, 0);
  expect([day, before, after]).toEqual(['2026-12-01', '2026-11-01', '2027-01-01']);
  expect([from, to]).toEqual([at('2026-11-30T23:00:00Z'), at('2026-12-31T23:00:00Z')]);
});

it('breaks the curve where nothing is known, and finds its top', () => {
  const bucket = (begin: string, end: string, wh: number, watts: number) => ({
    begins_at: `2026-11-30T${begin}:00Z`,
    ends_at: `2026-11-30T${end}:00Z`,
    energy_wh: wh,
    power_mean_w: watts,
  });
  const curve = toCurve([
    bucket('08:00', '08:15', 5_000, 20_000),
    bucket('08:15', '08:30', 6_000, 24_000),
    bucket('10:00', '10:15', 1_000, 4_000),
  ]);
  expect(curve.energyWh).toBe(12_000);
  expect(curve.most).toEqual({ powerW: 24_000, at: at('2026-11-30T08:15:00Z') });
  expect(curve.points.map(([, value]) => value)).toEqual([20, 20, 24, 24, null, 4, 4]);
  expect(toCurve([])).toEqual({ points: [], energyWh: 0, most: null });
});
