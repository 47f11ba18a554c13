import { useFormat, useNow } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { popularTimesQuery } from '../../queries/companion';
import { hoursOf, placeInWeek, wordOf } from './popular';

const MINUTE_MILLIS = 60_000;
const MONDAY = Date.UTC(2026, 0, 5);

/** How busy the station usually is, hour by hour; nothing where too little has happened to say. */
export function PopularTimes({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data } = useQuery(popularTimesQuery(stationId));
  const [chosen, setChosen] = useState<number | null>(null);
  if (!data || data.weeks === 0) return null;
  const here = placeInWeek(new Date(Math.floor(now / MINUTE_MILLIS) * MINUTE_MILLIS), data.time_zone);
  const weekday = chosen ?? here.weekday;
  const hours = hoursOf(data.hours, weekday);
  const most = Math.max(1, ...data.hours.map(({ busy_permille: busy }) => busy));
  const current = hours[here.hour];
  const day = new Intl.DateTimeFormat(format.locale, { weekday: 'long', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(format.locale, { weekday: 'narrow', timeZone: 'UTC' });
  return (
    <section className="bd-card bd-popular" data-testid="popular-times">
      <h2>{t('popular.title')}</h2>
      <p>
        {weekday === here.weekday && current
          ? t(`popular.now.${wordOf(current.busy_permille)}`)
          : day.format(MONDAY + weekday * 86_400_000)}
      </p>
      <fieldset className="bd-popular-days">
        <legend className="bb-visually-hidden">{t('popular.day')}</legend>
        {Array.from({ length: 7 }, (_, index) => MONDAY + index * 86_400_000).map((at, index) => (
          <button
            key={at}
            type="button"
            aria-pressed={index === weekday}
            aria-label={day.format(at)}
            onClick={() => setChosen(index)}
          >
            {short.format(at)}
          </button>
        ))}
      </fieldset>
      <ol className="bd-popular-hours">
        {hours.map(({ hour, busy_permille: busy }) => (
          <li key={hour} data-now={(weekday === here.weekday && hour === here.hour) || undefined}>
            <i style={{ height: `${Math.max(3, (busy / most) * 100)}%` }} />
            <span className="bb-visually-hidden">{t('popular.hour', { hour, share: format.percent(busy / 10) })}</span>
            {hour % 6 === 0 && <small aria-hidden="true">{hour}</small>}
          </li>
        ))}
      </ol>
      <small>{t('popular.from', { count: data.weeks })}</small>
    </section>
  );
}
