import { expect, it } from 'vitest';
import { beginOffer, hasAmounts, makeCodes, stateOf, toOfferBody, toOfferValues } from './offerValues';

it('gives a currency to what speaks of money, and to coupons, which may have a budget', () => {
  const begun = { ...beginOffer('EUR'), name: ' Spring ' };
  expect(toOfferBody(begun)).toMatchObject({ name: 'Spring', currency: null, subject: '', terms: { value: '10' } });
  expect(toOfferBody({ ...begun, kind: 'fixed' }).currency).toBe('EUR');
  expect(toOfferBody({ ...begun, max_amount: '5' }).currency).toBe('EUR');
  expect(toOfferBody({ ...begun, audience: 'coupon' }).currency).toBe('EUR');
  expect(hasAmounts({ kind: 'free_energy', min_amount: null })).toBe(false);
});

it('names whose it is only where it is somebody’s', () => {
  const begun = { ...beginOffer('EUR'), name: 'Staff', subject: 'STAFF' };
  expect(toOfferBody({ ...begun, audience: 'group' }).subject).toBe('STAFF');
  expect(toOfferBody({ ...begun, audience: 'everybody' }).subject).toBe('');
});

it('reads an offer back as it was written', () => {
  const body = toOfferBody({ ...beginOffer('EUR'), name: 'Spring', kind: 'fixed', value: '5', min_amount: '20' });
  const kept = {
    ...body,
    offer_id: 'o',
    operator_id: 'p',
    valid_from: '2026-03-01T00:00:00.000Z',
    valid_until: null,
    sessions: 0,
    amount: 0,
    created_at: '2026-03-01T00:00:00Z',
    changed_at: '2026-03-01T00:00:00Z',
  } as unknown as Parameters<typeof toOfferValues>[0];
  expect(toOfferBody(toOfferValues(kept, 'CNY'))).toEqual({ ...body, valid_from: '2026-03-01T00:00:00.000Z' });
});

it('tells whether an offer holds', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const from = (valid_from: string, valid_until: string | null) => stateOf({ valid_from, valid_until }, now);
  expect(from('2026-07-01T00:00:00Z', null)).toBe('planned');
  expect(from('2026-05-01T00:00:00Z', null)).toBe('running');
  expect(from('2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z')).toBe('over');
});

it('makes codes that are all different and that the server takes', () => {
  const codes = makeCodes(500, 'SPRING-');
  expect(new Set(codes).size).toBe(500);
  for (const code of codes) expect(code).toMatch(/^SPRING-[A-HJ-NP-Z2-9]{10}$/);
});
