import { describe, expect, it } from 'vitest';
import { aReceipt } from '../../testing/fixtures';
import { aPrice } from '../../testing/money';
import { isSettling } from './settling';

describe('the price of a charge that ended', () => {
  it('is asked for again only shortly after the end', () => {
    const ended = Date.parse(aReceipt().ended_at);
    expect(isSettling(aReceipt(), ended + 5_000)).toBe(true);
    expect(isSettling(aReceipt(), ended + 120_000)).toBe(false);
    expect(isSettling(aReceipt({ price: aPrice() }), ended + 5_000)).toBe(false);
    expect(isSettling(undefined, ended)).toBe(false);
  });
});
