import { describe, expect, it } from 'vitest';
import { aQuote, aSlot } from '../../testing/money';
import { clockOf, headOf, pricesOf, stretchesOf } from './price';

describe('the price before the start', () => {
  it('puts that price on top which a driver compares', () => {
    const free = { ...aQuote().example, gross: 0 };
    expect(headOf(aQuote())).toBe('energy');
    expect(headOf(aQuote({ now: aSlot({ total: '0', time: '3.00' }) }))).toBe('time');
    expect(headOf(aQuote({ now: aSlot({ total: '0' }) }))).toBe('example');
    expect(headOf(aQuote({ now: aSlot({ total: '0.00', time: '0' }), example: free }))).toBe('free');
  });

  it('joins half-hours of one price', () => {
    const slots = ['0.39', '0.39', '0.64', '0.39'].map((total) => aSlot({ total }));
    expect(stretchesOf(slots)).toEqual([
      { start: 0, end: 2, total: '0.39' },
      { start: 2, end: 3, total: '0.64' },
      { start: 3, end: 4, total: '0.39' },
    ]);
    expect(stretchesOf([])).toEqual([]);
  });

  it('lists the prices of a week by size, not by spelling', () => {
    const week = ['9', '10', '9', '0.5'].map((total) => ({
      day: '2026-05-04',
      day_type: 'workday' as const,
      slots: [aSlot({ total })],
    }));
    expect(pricesOf(week)).toEqual(['0.5', '9', '10']);
  });

  it('tells the time of a half-hour', () => {
    expect([0, 15, 48].map(clockOf)).toEqual(['00:00', '07:30', '24:00']);
  });
});
