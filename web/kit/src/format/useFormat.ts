import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, locales } from '../i18n';
import * as quantity from './quantity';
import * as time from './time';

type Maybe = number | null | undefined;

function makeFormat(locale: string) {
  return {
    locale,
    number: (value: Maybe, digits = 0) =>
      value == null ? quantity.NO_VALUE : quantity.formatNumber(locale, value, digits),
    energy: (energyWh: Maybe) => quantity.joinParts(quantity.energyParts(locale, energyWh)),
    power: (powerW: Maybe) => quantity.joinParts(quantity.powerParts(locale, powerW)),
    current: (currentMa: Maybe) => quantity.joinParts(quantity.currentParts(locale, currentMa)),
    voltage: (voltageMv: Maybe) => quantity.joinParts(quantity.voltageParts(locale, voltageMv)),
    percent: (percent: Maybe) => quantity.joinParts(quantity.percentParts(locale, percent)),
    distance: (distanceM: Maybe) => quantity.joinParts(quantity.distanceParts(locale, distanceM)),
    bytes: (bytes: Maybe) => quantity.joinParts(quantity.bytesParts(locale, bytes)),
    span: (spanUs: Maybe) => quantity.joinParts(quantity.spanParts(locale, spanUs)),
    money: (amountMinor: number, currency: string) => quantity.formatMoney(locale, amountMinor, currency),
    price: (text: string, currency: string) => quantity.formatPrice(locale, text, currency),
    decimal: (text: string, digits?: number) => quantity.formatDecimal(locale, text, digits),
    instant: (at: time.Instant, shape?: time.InstantShape, zone?: string) =>
      time.formatInstant(locale, at, shape, zone),
    /** A day of a calendar (`2026-12-01`), which is the same whatever the reader's clocks say. */
    day: (day: string) => time.formatInstant(locale, day, 'date', 'UTC'),
    clock: time.formatClock,
    duration: (durationS: Maybe) => time.formatDuration(locale, durationS),
    age: (at: time.Instant, nowMillis: number) => time.formatAge(locale, at, nowMillis),
  };
}

export type Format = ReturnType<typeof makeFormat>;

/** Formats of the language that the page speaks; every figure on a screen goes through here. */
export function useFormat(): Format {
  useTranslation(); // render again when the language changes
  const language = currentLanguage();
  return useMemo(() => makeFormat(locales[language]), [language]);
}
