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

it('names what a unit costs in all, where electricity and service are priced apart', () => {
  const parts = [
    { ...line('energy', 0, 30, 'peak'), share: 'electricity' as const, unit_price: '1.0642' },
    { ...line('energy', 0, 30, 'peak'), share: 'service' as const, unit_price: '0.45' },
    line('energy', 30, 40, 'flat'),
  ];
  const bands = priceBands(parts, ({ reason }, unitPrice) => `${reason} ${unitPrice}`);
  expect(bands.map(({ label }) => label)).toEqual(['peak 1.5142', 'flat 0.4']);
});

it('adds prices exactly, to the last digit that is written', () => {
  const price = (...prices: string[]) => {
    const lines = prices.map((unit_price) => ({ ...line('energy', 0, 30, 'peak'), unit_price }));
    return priceBands(lines, (_, unitPrice) => unitPrice)[0]?.label;
  };
  expect(price('0.1', '0.2')).toBe('0.3');
  expect(price('0.40')).toBe('0.40');
  expect(price('2', '1')).toBe('3');
  expect(price('0.05', '-0.1')).toBe('-0.05');
});
