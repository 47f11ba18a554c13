import { expect, it } from 'vitest';
import { priceSteps, readNearby, readPrice, readSignIn } from './search';

it('reads a search from the address and leaves out what it does not know', () => {
  expect(readNearby({ kind: 'ccs2', power: 50000, free: true, view: 'map', q: ' Milano ' })).toEqual({
    kind: 'ccs2',
    power: 50000,
    free: true,
    view: 'map',
    q: 'Milano',
  });
  expect(readNearby({ kind: 'steam', power: 1, free: 'perhaps', view: 'globe', q: ['x'] })).toEqual({});
  expect(readNearby({ q: 20100 })).toEqual({ q: '20100' }); // a number in the address is text that was typed
  expect(readNearby({ q: 'x'.repeat(500) }).q).toHaveLength(100);
});

it('reads the most that a charge may cost, in amounts of each currency', () => {
  expect(readNearby({ price: 'EUR2000', open: true })).toEqual({ price: 'EUR2000', open: true });
  expect(readPrice('CNY3000')).toEqual({ currency: 'CNY', most: 3_000 });
  for (const odd of ['EUR', '2000', 'eur2000', 'EUR-1', undefined]) expect(readPrice(odd)).toBe(null);
  expect(priceSteps('EUR')).toEqual([1_000, 1_500, 2_000, 2_500]);
  expect(priceSteps('JPY')[0]).toBe(1_500);
});

it('comes back to a place of this app only', () => {
  expect(readSignIn({ next: '/s/MI-AC-01/2', mode: 'in' })).toEqual({ next: '/s/MI-AC-01/2', mode: 'in' });
  for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', 7])
    expect(readSignIn({ next: elsewhere })).toEqual({});
});
