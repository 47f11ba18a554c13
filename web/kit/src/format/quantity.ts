import { minorDigits } from './currency';

/** A figure split into its number and its unit, so that a screen can set them in different sizes. */
export interface FigureParts {
  value: string;
  unit: string;
}

/** What stands for a value that nobody reported. */
export const NO_VALUE = '–';

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    numberFormats.set(key, format);
  }
  return format;
}

function fixed(locale: string, value: number, digits: number): string {
  return numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A number with as many decimals as it needs, at most three: for the labels of an axis. */
export function formatLabel(locale: string, value: number): string {
  return numberFormat(locale, { maximumFractionDigits: 3 }).format(value);
}

export function formatNumber(locale: string, value: number, digits = 0): string {
  return fixed(locale, value, digits);
}

/** Energy from whole Wh, in kWh as bills have it; from 1,000 kWh on in MWh and GWh. */
export function energyParts(locale: string, energyWh: number | null | undefined): FigureParts {
  if (energyWh == null) return { value: NO_VALUE, unit: 'kWh' };
  const size = Math.abs(energyWh);
  if (size < 1_000_000) return { value: fixed(locale, energyWh / 1_000, size < 100_000 ? 2 : 1), unit: 'kWh' };
  if (size < 1_000_000_000) return { value: fixed(locale, energyWh / 1_000_000, 2), unit: 'MWh' };
  return { value: fixed(locale, energyWh / 1_000_000_000, 2), unit: 'GWh' };
}

/** Power from whole W: W below 1 kW, then kW and MW. */
export function powerParts(locale: string, powerW: number | null | undefined): FigureParts {
  if (powerW == null) return { value: NO_VALUE, unit: 'kW' };
  const size = Math.abs(powerW);
  if (size !== 0 && size < 1_000) return { value: fixed(locale, powerW, 0), unit: 'W' };
  if (size < 1_000_000) return { value: fixed(locale, powerW / 1_000, size < 100_000 ? 1 : 0), unit: 'kW' };
  return { value: fixed(locale, powerW / 1_000_000, 2), unit: 'MW' };
}

/** Current from whole mA. */
export function currentParts(locale: string, currentMa: number | null | undefined): FigureParts {
  return { value: currentMa == null ? NO_VALUE : fixed(locale, currentMa / 1_000, 1), unit: 'A' };
}

/** Voltage from whole mV. */
export function voltageParts(locale: string, voltageMv: number | null | undefined): FigureParts {
  return { value: voltageMv == null ? NO_VALUE : fixed(locale, voltageMv / 1_000, 1), unit: 'V' };
}

/** A percentage given as 0 to 100. */
export function percentParts(locale: string, percent: number | null | undefined): FigureParts {
  return { value: percent == null ? NO_VALUE : fixed(locale, percent, 0), unit: '%' };
}

/** A distance in metres: m below 1 km, then km. */
export function distanceParts(locale: string, distanceM: number | null | undefined): FigureParts {
  if (distanceM == null) return { value: NO_VALUE, unit: 'km' };
  if (distanceM < 1_000) return { value: fixed(locale, Math.round(distanceM / 10) * 10, 0), unit: 'm' };
  return { value: fixed(locale, distanceM / 1_000, distanceM < 10_000 ? 1 : 0), unit: 'km' };
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A size from whole bytes, in the decimal units that disks are sold in. */
export function bytesParts(locale: string, bytes: number | null | undefined): FigureParts {
  if (bytes == null) return { value: NO_VALUE, unit: 'MB' };
  let value = bytes;
  let step = 0;
  while (value >= 1_000 && step < SIZES.length - 1) {
    value /= 1_000;
    step += 1;
  }
  return { value: fixed(locale, value, step > 0 && value < 10 ? 1 : 0), unit: SIZES[step] ?? 'B' };
}

/** A short time from whole microseconds: ms below one second, then s. */
export function spanParts(locale: string, spanUs: number | null | undefined): FigureParts {
  if (spanUs == null) return { value: NO_VALUE, unit: 'ms' };
  const millis = spanUs / 1_000;
  if (millis >= 1_000) return { value: fixed(locale, millis / 1_000, millis < 10_000 ? 1 : 0), unit: 's' };
  return { value: fixed(locale, millis, millis < 10 ? 1 : 0), unit: 'ms' };
}

/** Number and unit as one text, kept on one line by a narrow no-break space. */
export function joinParts({ value, unit }: FigureParts): string {
  return unit === '%' ? `${value}%` : `${value}\u202f${unit}`;
}

/** Money from whole minor units, written exactly: no float on the way. */
export function formatMoney(locale: string, amountMinor: number | bigint, currency: string): string {
  const exponent = minorDigits(currency);
  const digitsShown = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  const format = numberFormat(locale, { style: 'currency', currency, ...digitsShown });
  const minor = BigInt(amountMinor);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const part = exponent ? `.${digits.slice(-exponent)}` : '';
  return format.format(`${minor < 0n ? '-' : ''}${whole}${part}` as Intl.StringNumericLiteral);
}

/** A decimal that the server wrote as text, such as a quantity on a bill: exact, no float on the way. */
export function formatDecimal(locale: string, text: string, digits = 3): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(text as Intl.StringNumericLiteral);
}

const PRICE_DIGITS = 6;

/** A price in major units that the server wrote as text: with the currency's decimals, and more where it has more. */
export function formatPrice(locale: string, text: string, currency: string): string {
  const digitsShown = { minimumFractionDigits: minorDigits(currency), maximumFractionDigits: PRICE_DIGITS };
  return numberFormat(locale, { style: 'currency', currency, ...digitsShown }).format(
    text as Intl.StringNumericLiteral,
  );
}
