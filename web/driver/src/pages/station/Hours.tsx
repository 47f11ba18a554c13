import type { Schemas } from '@busbar/client';
import { useFormat, useNow } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { listWeek, nameDay } from '../../parts/hours';
import { OpenState } from '../../parts/OpenState';

type Station = Schemas['DriverStation'];

const FORESEEN_MILLIS = 30 * 86_400_000;
const SHOWN_MAX = 6;

/** The exceptions of the next weeks, the next first. */
function listExceptions({ openings, closings }: Schemas['OpeningTimes'], now: number) {
  const kinds = [
    ...openings.map((period) => ({ ...period, kind: 'opening' as const })),
    ...closings.map((period) => ({ ...period, kind: 'closing' as const })),
  ];
  return kinds
    .filter((each) => Date.parse(each.ends_at) > now && Date.parse(each.begins_at) < now + FORESEEN_MILLIS)
    .sort((one, other) => Date.parse(one.begins_at) - Date.parse(other.begins_at))
    .slice(0, SHOWN_MAX);
}

/** When one may come: now in a word, the week and what is different soon beneath it. */
export function Hours({ station }: { station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { hours, time_zone: zone } = station;
  const exceptions = listExceptions(hours, now);
  const state = <OpenState place={station} isAlwaysSaid />;
  if (hours.is_always && exceptions.length === 0) return <p className="bd-hours-state">{state}</p>;
  return (
    <details className="bd-hours" data-testid="hours">
      <summary>{state}</summary>
      <dl>
        {!hours.is_always &&
          listWeek(hours).map(({ first, last, periods }) => (
            <div key={first}>
              <dt>
                {nameDay(format.locale, first)}
                {last > first && `–${nameDay(format.locale, last)}`}
              </dt>
              <dd>{periods.length ? periods.join(', ') : t('hours.closed')}</dd>
            </div>
          ))}
        {exceptions.map(({ kind, begins_at: begins, ends_at: ends }) => (
          <div key={`${kind}-${begins}`} data-testid="hours-exception">
            <dt>{t(`hours.${kind}`)}</dt>
            <dd>
              {format.instant(begins, 'dayTime', zone)} – {format.instant(ends, 'dayTime', zone)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
