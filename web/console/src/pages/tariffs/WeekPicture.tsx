import type { Schemas } from '@busbar/client';
import { currentLanguage, locales } from '@busbar/kit';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Day = Schemas['WeekDay'];

const hours = [0, 6, 12, 18];
/** Steps of the scale from the cheapest to the dearest price of the week. */
const STEPS = 5;

function scaleOf(days: readonly Day[]): string[] {
  const prices = new Set(days.flatMap(({ slots }) => slots.map(({ total }) => total)));
  return [...prices].sort((one, other) => Number(one) - Number(other));
}

function clock(slot: number): string {
  return `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 ? '30' : '00'}`;
}

/** What a kWh costs in each half-hour of the week: the dearer, the darker. */
export function WeekPicture({ days, currency }: { days: readonly Day[]; currency: string }) {
  const { t } = useTranslation();
  const [shown, show] = useState<{ day: number; slot: number } | null>(null);
  const scale = scaleOf(days);
  const shade = (total: string) =>
    scale.length < 2 ? 1 : Math.round((scale.indexOf(total) / (scale.length - 1)) * (STEPS - 1));
  const names = new Intl.DateTimeFormat(locales[currentLanguage()], { weekday: 'short', timeZone: 'UTC' });
  const slot = shown && days[shown.day]?.slots[shown.slot];
  return (
    <figure className="bc-week" data-testid="tariff-week">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: pointing only shows what the sentences say too */}
      <div className="bc-week-grid" onMouseLeave={() => show(null)}>
        {days.map((day, dayIndex) => (
          <div key={day.day} className="bc-week-day">
            <span data-type={day.day_type}>{names.format(new Date(`${day.day}T00:00:00Z`))}</span>
            <div>
              {day.slots.map((each, slotIndex) => (
                // biome-ignore lint/a11y/noStaticElementInteractions: see above
                <i
                  key={clock(slotIndex)}
                  data-shade={shade(each.total)}
                  onMouseEnter={() => show({ day: dayIndex, slot: slotIndex })}
                />
              ))}
            </div>
          </div>
        ))}
        <div className="bc-week-hours" aria-hidden="true">
          {hours.map((hour) => (
            <span key={hour}>{String(hour).padStart(2, '0')}</span>
          ))}
        </div>
      </div>
      <figcaption className="bc-soft">
        {slot && shown ? (
          <>
            {clock(shown.slot)} · {slot.period ? `${t(`tariff.period.${slot.period}`)} · ` : ''}
            {slot.total} {currency}/kWh
            {slot.electricity && slot.service
              ? ` (${t('tariff.share.electricity')} ${slot.electricity} + ${t('tariff.share.service')} ${slot.service})`
              : ''}
          </>
        ) : (
          <span className="bc-week-scale">
            {scale.map((total) => (
              <span key={total}>
                <i data-shade={shade(total)} /> {total}
              </span>
            ))}
            <span>{currency}/kWh</span>
          </span>
        )}
      </figcaption>
    </figure>
  );
}
