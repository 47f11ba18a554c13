import type { Schemas } from '@busbar/client';
import { useFormat, useNow } from '@busbar/kit';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { placeInWeek } from './popular';
import { clockOf, pricesOf, type Stretch, stretchesOf } from './price';

const MINUTE_MILLIS = 60_000;
const HOURS = [0, 6, 12, 18, 24];

/** When a kWh costs how much, day by day; nothing where it always costs the same. */
export function WeekPicture({ quote }: { quote: Schemas['Quote'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const prices = pricesOf(quote.week);
  if (prices.length < 2) return null;
  const here = placeInWeek(new Date(Math.floor(now / MINUTE_MILLIS) * MINUTE_MILLIS), quote.time_zone);
  const long = new Intl.DateTimeFormat(format.locale, { weekday: 'long', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(format.locale, { weekday: 'short', timeZone: 'UTC' });
  const tell = (total: string) => format.price(total, quote.currency);
  const tellDay = (stretches: Stretch[]) =>
    stretches.map(({ start, end, total }) => `${clockOf(start)}–${clockOf(end)} ${tell(total)}`).join(', ');
  const shade = (total: string, width = 0) =>
    ({
      flexGrow: width,
      '--bd-shade': `${15 + Math.round((85 * prices.indexOf(total)) / (prices.length - 1))}%`,
    }) as CSSProperties;
  return (
    <section className="bd-week" data-testid="price-week">
      <h3>{t('price.week')}</h3>
      <ol>
        {quote.week.map(({ day, slots }, weekday) => {
          const stretches = stretchesOf(slots);
          const at = new Date(`${day}T00:00:00Z`);
          return (
            <li key={day} data-now={weekday === here.weekday || undefined}>
              <span aria-hidden="true">{short.format(at)}</span>
              <div role="img" aria-label={`${long.format(at)}: ${tellDay(stretches)}`}>
                {stretches.map(({ start, end, total }) => (
                  <i key={start} style={shade(total, end - start)} />
                ))}
                {weekday === here.weekday && <b style={{ left: `${((here.hour + 0.5) / 24) * 100}%` }} />}
              </div>
            </li>
          );
        })}
      </ol>
      <p className="bd-week-hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <small key={hour}>{hour}</small>
        ))}
      </p>
      <ul>
        {prices.map((total) => (
          <li key={total}>
            <i style={shade(total)} />
            {tell(total)}
          </li>
        ))}
      </ul>
      <small>{t('price.weekZone', { zone: quote.time_zone })}</small>
    </section>
  );
}
