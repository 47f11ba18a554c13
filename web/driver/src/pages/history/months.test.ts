import { expect, it } from 'vitest';
import { aSession } from '../../testing/fixtures';
import { groupByMonth, momentOf } from './months';

it('puts sessions under their months, the newest first', () => {
  const sessions = ['2026-05-20T10:00:00Z', '2026-05-04T10:00:00Z', '2026-04-15T10:00:00Z'].map((at) =>
    aSession({ started_at: at }),
  );
  expect(groupByMonth(sessions).map(({ key, sessions: all }) => [key, all.length])).toEqual([
    ['2026-05', 2],
    ['2026-04', 1],
  ]);
  expect(groupByMonth([])).toEqual([]);
});

it('puts one that never began where it was asked for', () => {
  const failed = aSession({ state: 'failed', started_at: null, requested_at: '2026-03-09T10:00:00Z' });
  expect(momentOf(failed).toISOString()).toBe('2026-03-09T10:00:00.000Z');
});
