import { expect, it } from 'vitest';
import { fromForm, instantOf, localOf, toForm } from './hours';

it.each([
  ['2026-12-24T12:00', 'Europe/Rome', '2026-12-24T11:00:00.000Z'],
  ['2026-07-01T00:00', 'Asia/Shanghai', '2026-06-30T16:00:00.000Z'],
  ['2026-07-01T00:00', 'UTC', '2026-07-01T00:00:00.000Z'],
  ['2026-03-29T01:59', 'Europe/Rome', '2026-03-29T00:59:00.000Z'],
  ['2026-03-29T03:00', 'Europe/Rome', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25T02:30', 'Europe/Rome', '2026-10-25T00:30:00.000Z'],
  ['2026-10-25T03:00', 'Europe/Rome', '2026-10-25T02:00:00.000Z'],
  ['2026-11-01T00:30', 'America/New_York', '2026-11-01T04:30:00.000Z'],
])('finds the instant of %s in %s', (local, zone, instant) => {
  expect(instantOf(local, zone)).toBe(instant);
  expect(localOf(instant, zone)).toBe(local);
});

it('shows days with the same hours in one line, and reads them back', () => {
  const hours = {
    is_always: false,
    regular: [1, 2, 3].map((weekday) => ({ weekday, begins: '08:00', ends: '24:00' })),
    openings: [],
    closings: [{ begins_at: '2026-12-24T11:00:00.000Z', ends_at: '2026-12-26T23:00:00.000Z' }],
  };
  const form = toForm(hours, 'Europe/Rome');
  expect(form.week).toEqual([{ days: [1, 2, 3], begins: '08:00', ends: '00:00' }]);
  expect(form.exceptions).toEqual([{ kind: 'closing', begins: '2026-12-24T12:00', ends: '2026-12-27T00:00' }]);
  expect(fromForm(form, 'Europe/Rome')).toEqual(hours);
});

it('makes two periods of a night, and none of a week that does not count', () => {
  const week = [{ days: [7], begins: '18:00', ends: '03:00' }];
  expect(fromForm({ is_always: false, week, exceptions: [] }, 'UTC').regular).toEqual([
    { weekday: 7, begins: '18:00', ends: '24:00' },
    { weekday: 1, begins: '00:00', ends: '03:00' },
  ]);
  expect(fromForm({ is_always: true, week, exceptions: [] }, 'UTC').regular).toEqual([]);
});
