import { describe, expect, it } from 'vitest';
import {
  bytesParts,
  energyParts,
  formatDecimal,
  formatMoney,
  formatPrice,
  joinParts,
  powerParts,
  spanParts,
  voltageParts,
} from './quantity';
import { formatAge, formatClock, formatDuration, formatInstant } from './time';

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

describe('quantities', () => {
  it('tells sizes in the units of disks, and short times in what is read at a glance', () => {
    const sizes = [0, 512, 5_400_000, 83_000_000_000].map((bytes) => plain(joinParts(bytesParts('en-GB', bytes))));
    expect(sizes).toEqual(['0 B', '512 B', '5.4 MB', '83 GB']);
    const spans = [0, 3_420, 249_000, 1_730_000, null].map((us) => plain(joinParts(spanParts('en-GB', us))));
    expect(spans).toEqual(['0.0 ms', '3.4 ms', '249 ms', '1.7 s', '– ms']);
  });

  it('chooses the unit by the size', () => {
    expect(plain(joinParts(energyParts('en-GB', 6_379)))).toBe('6.38 kWh');
    expect(plain(joinParts(energyParts('it-IT', 6_379)))).toBe('6,38 kWh');
    expect(plain(joinParts(energyParts('en-GB', 12_345_678)))).toBe('12.35 MWh');
    expect(plain(joinParts(powerParts('en-GB', 740)))).toBe('740 W');
    expect(plain(joinParts(powerParts('en-GB', 0)))).toBe('0.0 kW');
    expect(plain(joinParts(powerParts('en-GB', 7_360)))).toBe('7.4 kW');
    expect(plain(joinParts(powerParts('en-GB', 1_250_000)))).toBe('1.25 MW');
    expect(plain(joinParts(voltageParts('zh-CN', 241_100)))).toBe('241.1 V');
  });

  it('shows a dash for what nobody reported', () => {
    expect(plain(joinParts(powerParts('en-GB', null)))).toBe('– kW');
  });

  it('writes money exactly', () => {
    expect(plain(formatMoney('it-IT', 123_456, 'EUR'))).toBe('1234,56 €');
    expect(plain(formatMoney('en-GB', -5, 'EUR'))).toBe('-€0.05');
    expect(plain(formatMoney('en-GB', 9_007_199_254_740_993n, 'CNY'))).toBe('CN¥90,071,992,547,409.93');
    expect(plain(formatMoney('en-GB', 1_200, 'JPY'))).toBe('JP¥1,200');
    // Custom leaves the fillér out; the books do not.
    expect(plain(formatMoney('en-GB', 1_234_500, 'HUF'))).toBe('HUF 12,345.00');
    expect(plain(formatMoney('en-GB', 1_234_500, 'IQD'))).toBe('IQD 1,234.500');
  });
});

describe('decimals that came as text', () => {
  it('writes prices with as many decimals as they have, at least those of the currency', () => {
    expect(plain(formatPrice('en-GB', '0.59', 'EUR'))).toBe('€0.59');
    expect(plain(formatPrice('it-IT', '0.5', 'EUR'))).toBe('0,50 €');
    expect(plain(formatPrice('zh-CN', '1.0642', 'CNY'))).toBe('¥1.0642');
    expect(plain(formatPrice('en-GB', '45', 'JPY'))).toBe('JP¥45');
    expect(plain(formatPrice('en-GB', '-0.1', 'EUR'))).toBe('-€0.10');
  });

  it('writes quantities exactly', () => {
    expect(formatDecimal('en-GB', '30.000')).toBe('30');
    expect(formatDecimal('it-IT', '6.379')).toBe('6,379');
    expect(formatDecimal('en-GB', '9007199254740993.001')).toBe('9,007,199,254,740,993.001');
  });
});

describe('times', () => {
  it('reads instants in the zone that it is told', () => {
    expect(formatInstant('en-GB', '2026-11-21T23:30:00Z', 'dateTime', 'Asia/Shanghai')).toContain('22 Nov 2026');
    expect(formatInstant('en-GB', '2026-11-21T23:30:00Z', 'time', 'UTC')).toBe('23:30');
    expect(formatInstant('en-GB', 'rubbish')).toBe('–');
  });

  it('tells durations', () => {
    expect(formatClock(42)).toBe('0:42');
    expect(formatClock(11_240)).toBe('3:07:20');
    expect(plain(formatDuration('en-GB', 11_240))).toBe('3 hrs 7 mins');
    expect(plain(formatDuration('en-GB', 0))).toBe('0 secs');
  });

  it('tells ages', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatAge('en-GB', '2026-11-21T11:57:00Z', now)).toBe('3 min ago');
    expect(formatAge('en-GB', '2026-11-21T11:59:48Z', now)).toBe('12 sec ago');
    expect(formatAge('en-GB', null, now)).toBe('–');
  });
});
