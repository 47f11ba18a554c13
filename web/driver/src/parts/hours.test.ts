import { expect, it } from 'vitest';
import { listWeek, nameDay } from './hours';

const on = (weekday: number, begins: string, ends: string) => ({ weekday, begins, ends });
const hours = (...regular: ReturnType<typeof on>[]) => ({ is_always: false, regular, openings: [], closings: [] });

it('gathers days that are alike', () => {
  const week = hours(
    ...[1, 2, 3, 4, 5].flatMap((day) => [on(day, '08:00', '12:00'), on(day, '14:00', '24:00')]),
    on(6, '09:00', '12:00'),
  );
  expect(listWeek(week)).toEqual([
    { first: 1, last: 5, periods: ['08:00–12:00', '14:00–24:00'] },
    { first: 6, last: 6, periods: ['09:00–12:00'] },
    { first: 7, last: 7, periods: [] },
  ]);
  expect(listWeek(hours())).toEqual([{ first: 1, last: 7, periods: [] }]);
});

it('names days in each language', () => {
  expect([1, 7].map((day) => nameDay('en-GB', day))).toEqual(['Mon', 'Sun']);
  expect(nameDay('it-IT', 1)).toBe('lun');
  expect(nameDay('zh-CN', 7)).toBe('周日');
});
