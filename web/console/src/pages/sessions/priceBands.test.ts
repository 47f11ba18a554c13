import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { priceBands } from './priceBands';

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00Z`;

function line(
  kind: Schemas['PriceLine']['kind'],
  from: number | null,
  to: number | null,
  reason: string,
): Schemas['PriceLine'] {
  return {
    kind,
    reason,
    starts_at: from === null ? null : at(from),
    ends_at: to === null ? null : at(to),
    gross: 0,
    net: 0,
    tax: 0,
    offer_id: null,
    quantity: '1',
    share: 'none',
    unit: 'kWh',
    unit_price: '0.4',
    vat_percent: '22',
  };
}

it('draws each price that held, energy before time, and nothing twice', () => {
  const bands = priceBands(
    [
      line('flat', null, null, 'start'),
      line('time', 0, 30, 'time'),
      line('energy', 10, 30, 'night'),
      line('energy', 0, 10, 'day'),
      line('idle', 30, 40, 'idle'),
    ],
    ({ reason }) => reason,
  );
  expect(bands.map(({ label }) => label)).toEqual(['day', 'night', 'idle']);
  expect(bands[0]?.to).toBe(bands[1]?.from);
});
