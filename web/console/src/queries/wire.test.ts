import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { addFrames, daysOf } from './wire';

const frame = (id: number): Schemas['Frame'] => ({
  entry_id: id,
  at: `2026-11-21T10:00:${String(id).padStart(2, '0')}Z`,
  direction: 'in',
  text: `[2,"${id}","Heartbeat",{}]`,
});
const ids = (pages: { items: Schemas['Frame'][] }[]) =>
  pages.flatMap(({ items }) => items.map(({ entry_id: id }) => id));

it('puts new frames on top, each once', () => {
  const data = {
    pages: [{ day: '2026-11-21', items: [frame(3), frame(2)], has_more: true, missing_gateways: [] }],
    pageParams: [null],
  };
  expect(ids(addFrames(data, [frame(3), frame(4), frame(5)]).pages)).toEqual([5, 4, 3, 2]);
  expect(addFrames(data, [frame(2)])).toBe(data);
});

it('names the days of a stretch of time, and no more than a few', () => {
  const noon = Date.parse('2026-11-21T12:00:00Z');
  expect(daysOf(noon, noon + 60_000)).toEqual(['2026-11-21']);
  expect(daysOf(noon, noon + 13 * 3_600_000)).toEqual(['2026-11-21', '2026-11-22']);
  expect(daysOf(noon, noon + 400 * 86_400_000)).toHaveLength(7);
});
