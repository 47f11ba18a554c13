import { expect, it } from 'vitest';
import { findLost, findOpen, isKeptFor, type OwnReservation, offerMinutes } from './reservations';

const held = { station_id: 'S', state: 'held', is_open: true, evse_id: 2 } as OwnReservation;

it('finds the reservation that keeps a connector for its driver', () => {
  expect(findOpen([{ ...held, is_open: false }, held], 'S')).toBe(held);
  expect(findOpen([held], 'T')).toBeNull();
  expect(findOpen(undefined, 'S')).toBeNull();
  expect([isKeptFor(held, 2), isKeptFor(held, 1), isKeptFor({ ...held, evse_id: null }, 1)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(isKeptFor({ ...held, state: 'requested' }, 2)).toBe(false);
});

it('offers round lengths up to what is allowed', () => {
  expect(offerMinutes(30)).toEqual([15, 30]);
  expect(offerMinutes(10)).toEqual([10]);
  expect(offerMinutes(180)).toEqual([60, 120, 180]);
});

it('tells for a while that the station would not keep a place', () => {
  const refused = { ...held, state: 'refused', is_open: false, ended_at: '2026-05-04T09:00:00Z' } as OwnReservation;
  const at = Date.parse('2026-05-04T09:00:00Z');
  expect(findLost([refused], 'S', at + 60_000)).toBe('refused');
  expect(findLost([{ ...refused, state: 'removed' }], 'S', at)).toBe('removed');
  expect(findLost([refused], 'S', at + 121_000)).toBeNull();
  expect(findLost([refused], 'T', at)).toBeNull();
  expect(findLost([held, refused], 'S', at)).toBeNull();
  expect(findLost([{ ...refused, state: 'cancelled' }], 'S', at)).toBeNull();
});
