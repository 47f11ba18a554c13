import { expect, it } from 'vitest';
import { hoursOf, placeInWeek, wordOf } from './popular';

it('reads the clock at the station, not that of the phone', () => {
  const at = new Date('2026-05-03T22:30:00Z'); // a Sunday in London, Monday in Rome
  expect(placeInWeek(at, 'UTC')).toEqual({ weekday: 6, hour: 22 });
  expect(placeInWeek(at, 'Europe/Rome')).toEqual({ weekday: 0, hour: 0 });
});

it('gives the hours of a day in order, and a word for each', () => {
  const hours = [3, 1, 2].map((hour) => ({ weekday: 0, hour, busy_permille: hour * 300 }));
  expect(hoursOf([...hours, { weekday: 1, hour: 0, busy_permille: 0 }], 0).map(({ hour }) => hour)).toEqual([1, 2, 3]);
  expect(hours.map(({ busy_permille: busy }) => wordOf(busy))).toEqual(['busy', 'some', 'some']);
  expect(wordOf(0)).toBe('quiet');
});
