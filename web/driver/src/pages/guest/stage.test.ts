import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { isSettled, isStopAsked, stageOf } from './stage';

function stay(state: Schemas['PaymentState'], session?: Schemas['SessionState']): Schemas['GuestStay'] {
  return {
    payment: { state },
    session: session ? { state: session } : null,
  } as Schemas['GuestStay'];
}

it.each([
  [stay('created'), 'paying'],
  [stay('pending'), 'paying'],
  [stay('authorised'), 'starting'],
  [stay('captured', 'waiting'), 'starting'],
  [stay('authorised', 'active'), 'charging'],
  [stay('authorised', 'ended'), 'settling'],
  [stay('captured', 'ended'), 'ended'],
  [stay('partly_refunded', 'ended'), 'ended'],
  [stay('cancelled', 'ended'), 'ended'],
  [stay('failed'), 'failed'],
  [stay('cancelled'), 'failed'],
  [stay('refunded', 'failed'), 'failed'],
])('names where a guest stands (%#)', (given, stage) => {
  expect(stageOf(given)).toBe(stage);
});

it('is asked about until nothing changes by itself', () => {
  expect(isSettled(stay('captured', 'ended'))).toBe(true);
  expect(isSettled(stay('authorised', 'active'))).toBe(false);
  const priced = stay('captured', 'ended');
  const session = { state: 'ended', price: { lines: [{}] }, receipt_reference: null };
  expect(isSettled({ ...priced, session } as unknown as Schemas['GuestStay'])).toBe(false);
  expect(
    isSettled({ ...priced, session: { ...session, receipt_reference: 'R-1' } } as unknown as Schemas['GuestStay']),
  ).toBe(true);
});

it('waits a minute for the end of a charge that was asked to stop', () => {
  const asked = { session: { stop_requested_at: '2026-05-04T09:00:00Z' } } as Schemas['GuestStay'];
  const at = Date.parse('2026-05-04T09:00:00Z');
  expect(isStopAsked(asked, at + 59_000)).toBe(true);
  expect(isStopAsked(asked, at + 61_000)).toBe(false);
  expect(isStopAsked(stay('authorised'), at)).toBe(false);
});
