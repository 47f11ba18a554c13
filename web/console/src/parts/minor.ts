import { minorDigits } from '@busbar/kit';

/** Money in forms: people write major units, the API takes whole minor ones; no float on the way. */

/** 1234 of EUR is `12.34`. */
export function toMajorText(minor: number, digits: number): string {
  if (digits === 0) return String(minor);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return `${minor < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** 1234 of EUR as the number of a spreadsheet: 12.34. */
export function toMajor(minor: number, currency: string): number {
  return Number(toMajorText(minor, minorDigits(currency)));
}

/** `12.34` of EUR is 1234; null: not an amount of this currency. */
export function toMinor(text: string, digits: number): number | null {
  const found = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!found) return null;
  const [, sign, whole, part = ''] = found;
  if (part.length > digits && /[1-9]/.test(part.slice(digits))) return null;
  const minor = Number(`${whole}${part.slice(0, digits).padEnd(digits, '0')}`);
  return Number.isSafeInteger(minor) ? (sign ? -minor : minor) : null;
}
