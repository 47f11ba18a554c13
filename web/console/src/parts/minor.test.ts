import { minorDigits } from '@busbar/kit';
import { expect, it } from 'vitest';
import { toMajorText, toMinor } from './minor';

it('knows how many digits a currency has', () => {
  expect(['EUR', 'JPY', 'KWD', 'HUF', 'IQD', 'EU'].map(minorDigits)).toEqual([2, 0, 3, 2, 3, 2]);
});

it('writes minor units as major ones and back, exactly', () => {
  for (const [minor, digits, text] of [
    [1234, 2, '12.34'],
    [5, 2, '0.05'],
    [-5, 2, '-0.05'],
    [7, 0, '7'],
    [1, 3, '0.001'],
  ] as const) {
    expect(toMajorText(minor, digits)).toBe(text);
    expect(toMinor(text, digits)).toBe(minor);
  }
});

it('takes no amount that the currency does not have', () => {
  expect(toMinor('0.29', 2)).toBe(29); // where a float would say 28.999…
  expect(toMinor('12', 2)).toBe(1200);
  expect(toMinor('1.50', 1)).toBe(15);
  for (const text of ['', '1.234', 'ten', '1,5', '99999999999999999999']) expect(toMinor(text, 2)).toBeNull();
});
