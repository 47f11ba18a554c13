import { type Schemas, take } from '@busbar/client';
import {
  describeProblem,
  energyParts,
  Figure,
  type FigureParts,
  FixedTheme,
  Glyph,
  percentParts,
  powerParts,
  useFormat,
  useNow,
} from '@busbar/kit';
import { Busbar } from '@busbar/kit/busbar';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LazyMap } from '../../parts/LazyMap';
import { SiteDrawing } from '../../parts/SiteDrawing';
import { toFeeders } from '../sites/feeders';
import { impatient, wallApi } from './screen';
import { Takeover } from './Takeover';
import { useRenewal } from './useRenewal';
import './wall.css';
import { findTakeover, groupStatuses, keyFaults, lookOfSite, type TakeoverLevel, traceDay } from './wall';

type Wall = Schemas['Wall'];

const READ_MILLIS = 5_000;
const STALE_MILLIS = 30_000;
/** A drawing changes seldom. */
const LAYOUT_MILLIS = 300_000;
/** A screen that runs for weeks takes a newer version once a day. */
const RENEW_MILLIS = 86_400_000;
const FAULTS_SHOWN = 6;
/** A screen reads on whatever the browser believes of its line, and though it may be covered; the next read is the retry. */
const steadily = { refetchIntervalInBackground: true, networkMode: 'always', retry: false } as const;

/** The time by which the figures are of today; where the screen hangs in another zone, it says whose time that is. */
function Clock({ zone }: { zone: string }) {
  const format = useFormat();
  const now = useNow();
  const time = format.instant(now, 'time', zone);
  const isElsewhere = time !== format.instant(now, 'time');
  return (
    <time className="bw-clock">
      {isElsewhere && <small data-testid="wall-zone">{zone}</small>} {time}
    </time>
  );
}

function Fact({ name, parts, testId }: { name: string; parts: FigureParts; testId: string }) {
  return (
    <div className="bw-fact" data-testid={testId}>
      <dt>{name}</dt>
      <dd>
        <Figure parts={parts} />
      </dd>
    </div>
  );
}

function Day({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const format = useFormat();
  const curve = useMemo(() => traceDay(wall), [wall]);
  return (
    <section className="bw-day">
      <p data-testid="wall-power">
        <small>{t('wall.power')}</small>
        <Figure parts={powerParts(format.locale, wall.power_w)} />
      </p>
      <figure>
        <svg viewBox="0 0 1000 200" preserveAspectRatio="none" role="img" aria-label={t('wall.curve')}>
          <path d={curve.area} className="bw-area" />
          <path d={curve.line} className="bw-line" vectorEffect="non-scaling-stroke" />
        </svg>
        <i className="bw-now" style={{ left: `${curve.now * 100}%` }} />
        <figcaption>
          <span>{t('wall.today')}</span>
          <span>{t('wall.most', { figure: format.power(curve.mostW) })}</span>
        </figcaption>
        <ol aria-hidden="true">
          {curve.hours.map(({ hour, share }) => (
            <li key={hour} style={{ left: `${share * 100}%` }}>
              {hour}:00
            </li>
          ))}
        </ol>
      </figure>
    </section>
  );
}

function Connectors({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const format = useFormat();
  const groups = groupStatuses(wall).filter(({ count }) => count > 0);
  return (
    <section className="bw-connectors">
      <h2>{t('wall.connectors')}</h2>
      <div className="bw-bar" aria-hidden="true">
        {groups.map(({ key, count }) => (
          <i key={key} data-kind={key} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul>
        {groups.map(({ key, count }) => (
          <li key={key} data-kind={key}>
            <b>{format.number(count)}</b> {t(`wall.status.${key}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Faults({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <section className="bw-faults" data-testid="wall-faults">
      <h2>{t('wall.faults')}</h2>
      {wall.faults.length === 0 && (
        <p className="bw-well">
          <Glyph shape="check" />
          {t('wall.allWell')}
        </p>
      )}
      <ul>
        {keyFaults(wall.faults.slice(0, FAULTS_SHOWN)).map(({ key, fault }) => (
          <li key={key} data-severity={fault.severity ?? 'away'}>
            <Glyph shape={fault.severity === null ? 'broken' : 'triangle'} />
            <span>
              <b>{fault.station_name}</b>
              <small data-verbatim={fault.words ? true : undefined}>
                {fault.severity === null ? t('wall.away') : fault.words || t(`wall.severity.${fault.severity}`)}
                {fault.site_name && ` · ${fault.site_name}`}
              </small>
            </span>
            {fault.since && <time dateTime={fault.since}>{format.age(fault.since, now)}</time>}
          </li>
        ))}
      </ul>
      {wall.faults.length > FAULTS_SHOWN && <p>{t('wall.more', { count: wall.faults.length - FAULTS_SHOWN })}</p>}
      {wall.errors.length > 0 && (
        <p className="bw-errors">
          {t('wall.topErrors')}{' '}
          {wall.errors.map(({ error, count }) => (
            <span key={error} data-verbatim>
              {error || '–'} {format.number(count)}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

function Place({ wall, siteId }: { wall: Wall; siteId: string | undefined }) {
  const { t } = useTranslation();
  const { data: busbar } = useQuery({
    queryKey: ['wall', 'busbar', siteId],
    enabled: siteId !== undefined,
    queryFn: async ({ signal }) => {
      const asked = { params: { query: { site_id: [siteId ?? ''] } }, signal: impatient(signal) };
      return (await take(wallApi().GET('/api/v1/busbars', asked))).items[0] ?? null;
    },
    refetchInterval: READ_MILLIS,
    ...steadily,
  });
  const { data: layout } = useQuery({
    queryKey: ['wall', 'layout', siteId],
    enabled: siteId !== undefined,
    queryFn: ({ signal }) => {
      const asked = { params: { path: { site_id: siteId ?? '' } }, signal: impatient(signal) };
      return take(wallApi().GET('/api/v1/sites/{site_id}/layout', asked));
    },
    refetchInterval: ({ state }) => (state.status === 'error' ? READ_MILLIS : LAYOUT_MILLIS),
    ...steadily,
  });
  const isDrawn = Boolean(layout?.pieces.length);
  const feeders = useMemo(() => (busbar ? toFeeders(busbar) : []), [busbar]);
  const places = useMemo(
    () =>
      wall.sites.map((site) => {
        const { tone, shape, word } = lookOfSite(site);
        return {
          id: site.site_id,
          name: site.name,
          latitude: site.latitude,
          longitude: site.longitude,
          tone,
          shape,
          state: t(`wall.site.${word}`),
        };
      }),
    [wall.sites, t],
  );
  if (siteId !== undefined)
    return (
      <div className="bw-place">
        {feeders.length > 0 && (
          <Busbar
            feeders={feeders}
            limitW={busbar?.grid_limit_w ?? null}
            label={t('busbar.label', { site: wall.site_name ?? '' })}
            scale={Math.max(1.4, window.innerWidth / 1_200)}
            heightPx={window.innerHeight * (isDrawn ? 0.32 : 0.5)}
          />
        )}
        {layout && isDrawn && (
          <SiteDrawing
            layout={layout}
            busbar={busbar ?? undefined}
            label={t('layout.labelOf', { site: wall.site_name ?? '' })}
          />
        )}
      </div>
    );
  return (
    <div className="bw-place bw-map">
      <LazyMap places={places} heightPx="100%" label={t('wall.map')} />
    </div>
  );
}

function Figures({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { locale } = format;
  const { savings } = wall;
  return (
    <>
      <dl className="bw-facts">
        <Fact name={t('wall.energy')} parts={energyParts(locale, wall.energy_today_wh)} testId="wall-energy" />
        <Fact
          name={t('wall.sessions')}
          parts={{
            value: format.number(wall.sessions_today),
            unit: t('wall.sessionsNow', { count: wall.open_sessions }),
          }}
          testId="wall-sessions"
        />
        {wall.revenue.map(({ currency, gross_minor: gross }) => (
          <Fact
            key={currency}
            name={t('wall.revenue')}
            parts={{ value: format.money(gross, currency), unit: '' }}
            testId="wall-revenue"
          />
        ))}
        <Fact name={t('wall.busy')} parts={percentParts(locale, wall.busy_permille / 10)} testId="wall-busy" />
        <Fact
          name={t('wall.co2')}
          parts={{ value: format.number(savings.co2_g / 1_000, 1), unit: 'kg' }}
          testId="wall-co2"
        />
        <Fact
          name={t('wall.fuel')}
          parts={{ value: format.number(savings.fuel_ml / 1_000, 1), unit: 'l' }}
          testId="wall-fuel"
        />
      </dl>
      <p className="bw-fine">
        {t('wall.factors', {
          distance: format.number(savings.distance_mm_per_wh / 1_000, 1),
          fuel: format.number(savings.fuel_ml_per_100km / 1_000, 1),
          car: format.number(savings.co2_g_per_km),
          grid: format.number(savings.grid_co2_mg_per_wh),
        })}
      </p>
    </>
  );
}

function Screen() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { siteId } = useParams({ strict: false });
  const { severity, sound } = useSearch({ strict: false }) as { severity?: TakeoverLevel; sound?: 'on' };
  const {
    data: wall,
    dataUpdatedAt,
    error,
  } = useQuery({
    queryKey: ['wall', siteId ?? ''],
    queryFn: ({ signal }) => {
      const asked = { params: { query: siteId ? { site_id: siteId } : {} }, signal: impatient(signal) };
      return take(wallApi().GET('/api/v1/wall', asked));
    },
    refetchInterval: READ_MILLIS,
    gcTime: 60_000,
    ...steadily,
  });
  useRenewal(RENEW_MILLIS);
  const kind = error === null ? null : describeProblem(error).kind;
  // Who may not look any more does not go on seeing what was read before.
  const isRefused = kind === 'signedOut' || kind === 'denied' || kind === 'notFound';
  if (!wall || isRefused) {
    const trouble = kind === 'notFound' ? t('absent.site') : t('wall.noAccess');
    return (
      <main className="bw-wall bw-waiting" data-testid="wall-waiting">
        <p>{error ? trouble : t('wall.waiting')}</p>
      </main>
    );
  }
  const isStale = now - dataUpdatedAt > STALE_MILLIS;
  const takeover = findTakeover(wall.faults, severity ?? 'critical');
  return (
    <main className="bw-wall" data-testid="wall" data-stale={isStale || undefined}>
      <header>
        <h1>
          {wall.site_name ?? wall.operator_name}
          {wall.site_name && <small>{wall.operator_name}</small>}
        </h1>
        {isStale && (
          <p className="bw-stale" role="status" data-testid="wall-stale">
            <Glyph shape="clock" />
            {t('wall.stale', { time: format.instant(dataUpdatedAt, 'time', wall.time_zone) })}
          </p>
        )}
        <Clock zone={wall.time_zone} />
      </header>
      <Place wall={wall} siteId={siteId} />
      <aside>
        <Figures wall={wall} />
        <Connectors wall={wall} />
        <Faults wall={wall} />
      </aside>
      <Day wall={wall} />
      {takeover && <Takeover fault={takeover} hasSound={sound === 'on'} />}
    </main>
  );
}

/** A screen on a wall: the network or one site, dark, legible from afar, and nobody has to touch it. */
export function WallPage() {
  return (
    <FixedTheme look="dark">
      <Screen />
    </FixedTheme>
  );
}
