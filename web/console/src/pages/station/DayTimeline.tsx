import type { Schemas } from '@busbar/client';
import { Loading, lookOf, Mark, type Shape, type Tone, toMillis, useFormat, useNow, useWidth } from '@busbar/kit';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { type CSSProperties, Fragment, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { daySpans } from '../../app/search';
import { Panel } from '../../parts/Panel';
import { useDay } from '../../queries/day';
import { type Day, hoursOf, type Moment, pressable, type Span, tellDay } from './timeline';
import './timeline.css';

const route = getRouteApi('/shell/stations/$stationId');
const HOUR_MILLIS = 3_600_000;
/** The day moves on in steps, so that it is not read again every second. */
const STEP_MILLIS = 60_000;
const HOURS_MOST = 12;
/** What the word of an hour takes; nearer to the end of the axis it would be cut, and its line stands alone. */
const HOUR_PX = 42;

const momentLooks: Record<Moment['kind'], { tone: Tone; shape: Shape }> = {
  fault: { tone: 'bad', shape: 'triangle' },
  booted: { tone: 'info', shape: 'check' },
  command: { tone: 'flow', shape: 'diamond' },
  told: { tone: 'idle', shape: 'dots' },
};

function share(day: Pick<Day, 'from' | 'to'>, at: number): string {
  return `${(((at - day.from) / (day.to - day.from)) * 100).toFixed(3)}%`;
}

function width(day: Day, span: { from: number; to: number }): string {
  return `${(((span.to - span.from) / (day.to - day.from)) * 100).toFixed(3)}%`;
}

function Spans({ day, spans, kind }: { day: Day; spans: readonly Span[]; kind: 'connector' | 'link' }) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  return spans.map((span) => {
    const { tone } = lookOf(kind, span.state);
    const word = t(`mark.${kind}.${span.state}`);
    const title = [`${format.instant(span.from, 'time')}–${format.instant(span.to, 'time')}`, word, span.words].filter(
      Boolean,
    );
    return (
      <span
        key={span.from}
        className="bc-span"
        data-tone={tone}
        data-state={span.state}
        title={title.join(' · ')}
        style={{ insetInlineStart: share(day, span.from), width: width(day, span) }}
      >
        <span className="bc-span-word">{word}</span>
      </span>
    );
  });
}

function Power({ day, points }: { day: Day; points: readonly { at: number; powerW: number }[] }) {
  const top = Math.max(1, ...points.map(({ powerW }) => powerW));
  const x = (at: number) => ((at - day.from) / (day.to - day.from)) * 1_000;
  const step = 900_000;
  const path = points
    .map(({ at, powerW }) => {
      const y = 40 - (powerW / top) * 38;
      return `M${x(at).toFixed(1)} 40V${y.toFixed(1)}H${x(Math.min(day.to, at + step)).toFixed(1)}V40Z`;
    })
    .join('');
  return (
    <svg viewBox="0 0 1000 40" preserveAspectRatio="none" className="bc-day-power" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

/** The lanes of a day under each other: connection, connectors, sessions, power, and what happened. */
function Lanes({ day, power }: { day: Day; power: readonly { at: number; powerW: number }[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const top = Math.max(0, ...power.map(({ powerW }) => powerW));
  const { place, width: lanePx } = useWidth<HTMLDivElement>();
  const links = pressable(day, lanePx);
  const hasRoom = (at: number) => lanePx === 0 || ((day.to - at) / (day.to - day.from)) * lanePx >= HOUR_PX;
  const many = day.lanes.length > 1 || day.lanes.some(({ connectorId }) => connectorId > 1);
  return (
    <div className="bc-day">
      <span className="bc-day-name">{t('day.link')}</span>
      <div className="bc-day-lane" data-thin>
        <Spans day={day} spans={day.link} kind="link" />
      </div>
      {day.lanes.map(({ evseId, connectorId, spans }) => (
        <Fragment key={`${evseId}.${connectorId}`}>
          <span className="bc-day-name">
            {many
              ? t('day.connector', { connector: connectorId > 1 ? `${evseId}.${connectorId}` : evseId })
              : t('day.state')}
          </span>
          <div className="bc-day-lane">
            <Spans day={day} spans={spans} kind="connector" />
          </div>
        </Fragment>
      ))}
      <span className="bc-day-name">{t('day.sessions')}</span>
      <div className="bc-day-lane" data-plain ref={place}>
        {day.sessions.map((session) => {
          const { sessionId } = session;
          const words = `${format.instant(session.from, 'time')}, ${format.energy(session.energyWh)}`;
          const bar = {
            className: 'bc-span bc-day-session',
            'data-open': session.isOpen || undefined,
            title: words,
            style: { insetInlineStart: share(day, session.from), width: width(day, session) },
            children: <span className="bc-span-word">{words}</span>,
          };
          return links.has(sessionId) ? (
            <Link key={sessionId} to="/sessions/$sessionId" params={{ sessionId }} {...bar} />
          ) : (
            <span key={sessionId} {...bar} />
          );
        })}
      </div>
      <span className="bc-day-name">
        {t('day.power')}
        {top > 0 && <small>{t('day.most', { power: format.power(top) })}</small>}
      </span>
      <div className="bc-day-lane" data-tall>
        <Power day={day} points={power} />
      </div>
      <span className="bc-day-name">{t('day.moments')}</span>
      <div className="bc-day-lane" data-plain>
        {day.moments.map(({ at, kind, words }, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen in the same instant
            key={`${at} ${index}`}
            className="bc-day-moment"
            title={`${format.instant(at, 'timeSeconds')} · ${t(`day.moment.${kind}`)}${words ? ` · ${words}` : ''}`}
            style={{ '--at': share(day, at) } as CSSProperties}
          >
            <Mark {...momentLooks[kind]}>
              <span className="bb-visually-hidden">{`${t(`day.moment.${kind}`)} ${words}`}</span>
            </Mark>
          </span>
        ))}
      </div>
      <span />
      <div className="bc-day-hours" aria-hidden="true">
        {hoursOf(day.from, day.to, HOURS_MOST).map((at) => (
          <span key={at} style={{ insetInlineStart: share(day, at) }}>
            {hasRoom(at) && format.instant(at, 'time')}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The last hours of a station on one axis; how many stands in the address. */
export function DayTimeline({ station }: { station: Schemas['Station'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const spanMillis = Number(search.span ?? '24') * HOUR_MILLIS;
  const now = useNow();
  const to = Math.ceil(now / STEP_MILLIS) * STEP_MILLIS;
  const { events, sessions, commands, power, isPending } = useDay(station.station_id, to - spanMillis, to);
  const day = useMemo(
    () => tellDay({ events, sessions, commands, evses: station.evses, from: to - spanMillis, to }),
    [events, sessions, commands, station.evses, spanMillis, to],
  );
  const points = useMemo(
    () => power.flatMap(({ at, powerW }) => (toMillis(at) === null ? [] : [{ at: toMillis(at) ?? 0, powerW }])),
    [power],
  );
  return (
    <Panel
      title={t('day.title')}
      testId="day"
      extra={
        <Segmented
          size="small"
          value={search.span ?? '24'}
          aria-label={t('day.span')}
          options={daySpans.map((value) => ({ value, label: format.duration(Number(value) * 3_600) }))}
          onChange={(span) => {
            const { span: _before, ...others } = search;
            void navigate({ search: span === '24' ? others : { ...others, span } });
          }}
        />
      }
    >
      {isPending ? <Loading rows={4} /> : <Lanes day={day} power={points} />}
    </Panel>
  );
}
