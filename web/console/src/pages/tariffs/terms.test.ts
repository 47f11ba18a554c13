import { describe, expect, it } from 'vitest';
import { beginTerms, fillTerms, moveUp, paint, removeAt, replaceAt } from './terms';

describe('terms', () => {
  it('fills what the server leaves out with its own defaults', () => {
    const filled = fillTerms({
      currency: 'EUR',
      elements: [{ components: [{ dimension: 'energy', price: '0.5' }] }] as never,
    });
    expect(filled.tax_included).toBe('no');
    expect(filled.elements[0]?.restrictions.weekdays).toEqual([]);
    expect(filled.elements[0]?.components[0]).toMatchObject({ price: '0.5', per: 'hour', share: 'none', step: 0 });
  });

  it('begins with a price per kWh, tax included', () => {
    const terms = beginTerms('CNY');
    expect([terms.currency, terms.tax_included, terms.elements.length]).toEqual(['CNY', 'yes', 1]);
  });

  it('paints half-hours in either direction', () => {
    expect(paint('FFFF', 1, 2, 'P')).toBe('FPPF');
    expect(paint('FFFF', 3, 2, 'V')).toBe('FFVV');
  });

  it('changes, removes and moves one of a list', () => {
    expect(replaceAt([1, 2, 3], 1, 9)).toEqual([1, 9, 3]);
    expect(removeAt([1, 2, 3], 0)).toEqual([2, 3]);
    expect(moveUp([1, 2, 3], 2)).toEqual([1, 3, 2]);
    expect(moveUp([1, 2, 3], 0)).toEqual([1, 2, 3]);
  });
});
