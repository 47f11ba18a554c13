import { expect, it } from 'vitest';
import { dayIn, dayStart } from './zone';

it.each([
  ['2026-07-01', 'Europe/Rome', '2026-06-30T22:00:00.000Z'],
  ['2026-01-01', 'Asia/Shanghai', '2025-12-31T16:00:00.000Z'],
  ['2026-01-01', 'America/New_York', '2026-01-01T05:00:00.000Z'],
  ['2026-03-29', 'Europe/Rome', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Rome', '2026-03-29T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Rome', '2026-10-25T23:00:00.000Z'],
  ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ['2026-03-08', 'America/Havana', '2026-03-08T05:00:00.000Z'],
])('begins %s in %s at %s', (day, zone, at) => {
  expect(new Date(dayStart(day, zone)).toISOString()).toBe(at);
  expect(dayIn(Date.parse(at), zone)).toBe(day);
  expect(dayIn(Date.parse(at) - 1, zone) < day).toBe(true);
});
