import type { Schemas } from '@busbar/client';
import { currentLanguage } from '@busbar/kit';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** 5 January 1970 was a Monday. */
const MONDAY = Date.UTC(1970, 0, 5);
const DAY_MILLIS = 86_400_000;

/** The days of a week in the reader's language, Monday first. */
export function useWeekdays(): string[] {
  const language = currentLanguage();
  return useMemo(() => {
    const words = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
    return Array.from({ length: 7 }, (_, index) => words.format(MONDAY + index * DAY_MILLIS));
  }, [language]);
}

/** An hour of the day as clocks show it. */
export function writeHour(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

/** Say when a report comes: “Mondays at 06:00”. */
export function useWriteRhythm() {
  const { t } = useTranslation();
  const weekdays = useWeekdays();
  return useCallback(
    ({ rhythm, weekday, day, hour }: Schemas['ReportSchedule']) => {
      const at = { hour: writeHour(hour) };
      if (rhythm === 'daily') return t('schedule.when.daily', at);
      if (rhythm === 'weekly') return t('schedule.when.weekly', { ...at, weekday: weekdays[weekday - 1] ?? '' });
      return t('schedule.when.monthly', { ...at, day });
    },
    [t, weekdays],
  );
}
