import { describe, expect, it } from 'vitest';
import {
  beginTerms,
  changeDimension,
  fillTerms,
  isRare,
  limitOf,
  moveUp,
  newComponent,
  newElement,
  paint,
  removeAt,
  replaceAt,
  type Terms,
} from './terms';

/** All that a tariff can say, as the server gives it. */
const WHOLE: Terms = {
  currency: 'CNY',
  tax_included: 'no',
  rounding: 'half_even',
  kind: null,
  url: 'https://example.org/prices',
  valid_from: '2026-01-01T00:00:00Z',
  valid_until: '2027-01-01T00:00:00Z',
  hold_amount: '80',
  min_price: { before_taxes: '1', after_taxes: '1.13' },
  max_price: { before_taxes: '100', after_taxes: '113' },
  texts: [{ language: 'zh-CN', text: '价格' }],
  energy_mix: {
    is_green: false,
    sources: [{ source: 'COAL', percent: '61.5' }],
    carbon_dioxide_g: '400',
    nuclear_waste_g: '0.1',
    supplier: 'State Grid',
    product: 'Day',
  },
  tables: [
    {
      slots: `${'SPFVD'.repeat(9)}FFF`,
      weekdays: ['monday'],
      day_types: ['holiday'],
      season_start: '06-01',
      season_end: '09-01',
    },
    { slots: 'F'.repeat(48), weekdays: [], day_types: [], season_start: null, season_end: null },
  ],
  elements: [
    {
      name: 'Summer',
      restrictions: {
        start_time: '08:00',
        end_time: '20:00',
        start_date: '2026-01-01',
        end_date: '2026-12-31',
        weekdays: ['friday'],
        day_types: ['workday'],
        season_start: '06-01',
        season_end: '09-01',
        period: 'peak',
        min_energy_wh: 1,
        max_energy_wh: 20_001,
        min_power_w: 1500,
        max_power_w: 50_000,
        min_current_ma: 6000,
        max_current_ma: 32_500,
        min_duration_s: 90,
        max_duration_s: 7201,
        reservation: 'reservation_expires',
      },
      components: [
        {
          dimension: 'time',
          price: '0.123456',
          per: 'minute',
          share: 'service',
          vat_percent: '13',
          step: 90,
          grace_s: 0,
          cap: '9.99',
        },
        {
          dimension: 'idle',
          price: '1',
          per: 'hour',
          share: 'none',
          vat_percent: null,
          step: 61,
          grace_s: 601,
          cap: null,
        },
      ],
    },
  ],
};

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

  it('keeps all that a tariff can say', () => {
    expect(fillTerms(WHOLE)).toEqual(WHOLE);
    expect(fillTerms(JSON.parse(JSON.stringify({ ...WHOLE, of_tomorrow: 1 })) as Terms)).toMatchObject({
      of_tomorrow: 1,
    });
  });

  it('bounds a price before and after taxes, each by itself', () => {
    const both = { before_taxes: '1', after_taxes: '2' };
    expect(limitOf(both, 'after_taxes', '3')).toEqual({ before_taxes: '1', after_taxes: '3' });
    expect(limitOf(both, 'after_taxes', null)).toEqual({ before_taxes: '1', after_taxes: null });
    expect(limitOf({ before_taxes: null, after_taxes: '2' }, 'after_taxes', null)).toBeNull();
    expect(limitOf(null, 'before_taxes', '1')).toEqual({ before_taxes: '1', after_taxes: null });
  });

  it('drops with a dimension only what the other cannot have', () => {
    const idle = newComponent({ dimension: 'idle', grace_s: 600, step: 60, cap: '5', share: 'service', per: 'minute' });
    expect(changeDimension(idle, 'parking')).toEqual({ ...idle, dimension: 'parking' });
    expect(changeDimension(idle, 'time')).toEqual({ ...idle, dimension: 'time', grace_s: 0 });
    expect(changeDimension(idle, 'energy')).toMatchObject({ grace_s: 0, step: 0, cap: '5', share: 'service' });
    expect(changeDimension(idle, 'flat')).toMatchObject({ grace_s: 0, step: 0, cap: null });
  });

  it('tells rare conditions from common ones', () => {
    const { restrictions } = newElement();
    expect(isRare({ ...restrictions, start_time: '08:00', weekdays: ['monday'] })).toBe(false);
    expect(isRare({ ...restrictions, max_current_ma: 0 })).toBe(true);
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
