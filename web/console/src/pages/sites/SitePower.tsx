import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Empty, Loading, useFormat, useNow } from '@busbar/kit';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { powerSpans } from '../../app/search';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { Panel } from '../../parts/Panel';
import { useBusbars } from '../../queries/busbars';
import { useSiteTelemetry } from '../../queries/sites';
import { isOpen, middleOf, type Period, periodOf, stepsOf, toCurve } from './sitePower';

const TimeChart = lazy(() => import('@busbar/kit/chart').then(({ TimeChart: made }) => ({ default: made })));

const route = getRouteApi('/shell/sites/$siteId');
const HEIGHT_PX = 260;
/** The clock moves on in steps, or every second would ask anew. */
const STEP_MILLIS = 60_000;

interface ChartProps {
  site: Schemas['Site'];
  period: Period;
  telemetry: Schemas['SiteTelemetry'];
  ratedW: number;
}

function Chart({ site, period, telemetry, ratedW }: ChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const curve = useMemo(() => toCurve(telemetry.buckets), [telemetry]);
  const limitW = site.grid_limit_w ?? ratedW;
  const panels = useMemo(() => {
    const limit = {
      name: site.grid_limit_w === null ? t('site.chart.rated') : t('site.gridLimit'),
      points: [
        [period.from, limitW / 1_000],
        [period.to, limitW / 1_000],
      ] as [number, number][],
      stepped: true,
      colour: 1,
    };
    const power = { name: t('site.power'), points: curve.points, filled: true, colour: 0 };
    return [
      { title: t('site.chart.mean'), unit: 'kW', digits: 1, min: 0, series: limitW > 0 ? [power, limit] : [power] },
    ];
  }, [curve, limitW, site.grid_limit_w, period, t]);
  if (!curve.most) return <Empty title={t('site.chart.none')}>{t('site.chart.noneText')}</Empty>;
  const { powerW, at } = curve.most;
  const when = format.instant(at, 'dayTime', site.time_zone);
  return (
    <>
      <dl className="bc-site-power" data-testid="site-power-figures">
        <div>
          <dt>{t('site.chart.energy')}</dt>
          <dd>{format.energy(curve.energyWh)}</dd>
        </div>
        <div>
          <dt>{t('site.chart.most')}</dt>
          <dd>
            {format.power(powerW)} <small>{when}</small>
          </dd>
        </div>
        {limitW > 0 && (
          <div>
            <dt>{site.grid_limit_w === null ? t('site.chart.ofRated') : t('site.chart.ofLimit')}</dt>
            <dd>
              {format.percent((powerW / limitW) * 100)} <small>{format.power(limitW)}</small>
            </dd>
          </div>
        )}
      </dl>
      <Suspense fallback={<Loading rows={5} />}>
        <TimeChart
          panels={panels}
          from={period.from}
          to={period.to}
          heightPx={HEIGHT_PX}
          timeZone={site.time_zone}
          label={t('site.chart.label', {
            site: site.name,
            energy: format.energy(curve.energyWh),
            most: format.power(powerW),
          })}
        />
      </Suspense>
    </>
  );
}

/** What a site drew in a day or a month, by its own clocks, against what its grid connection gives. */
export function SitePower({ site }: { site: Schemas['Site'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const span = search.power ?? 'day';
  const now = Math.floor(useNow() / STEP_MILLIS) * STEP_MILLIS;
  const period = useMemo(() => periodOf(span, search.on, site.time_zone, now), [span, search.on, site.time_zone, now]);
  const isNow = isOpen(period, now);
  const telemetry = useSiteTelemetry(site.site_id, { from: period.from, to: period.to, step: stepsOf[span] }, isNow);
  const { data: busbars } = useBusbars([site.site_id]);
  const rated = busbars?.[0]?.feeders.flatMap(({ evses }) => evses.map(({ rated_w: ratedW }) => ratedW)) ?? [];
  const go = (change: { power?: 'day' | 'month' | undefined; on?: string | undefined }) =>
    void navigate({ search: keepGiven({ ...search, ...change }), resetScroll: false });
  return (
    <Panel
      title={t('site.chart.title')}
      testId="site-power"
      extra={
        <span className="bc-site-power-span">
          <Segmented
            size="small"
            value={span}
            aria-label={t('site.chart.span')}
            options={powerSpans.map((value) => ({ value, label: t(`site.chart.${value}`) }))}
            onChange={(value) => go({ power: value === 'day' ? undefined : value })}
          />
          <Button
            size="small"
            icon={<LeftOutlined />}
            aria-label={t('site.chart.before')}
            data-testid="site-power-before"
            onClick={() => go({ on: period.before })}
          />
          <span className="bc-number" data-testid="site-power-period">
            {format.instant(middleOf(period), span === 'day' ? 'date' : 'month', site.time_zone)}
          </span>
          <Button
            size="small"
            icon={<RightOutlined />}
            disabled={isNow}
            aria-label={t('site.chart.after')}
            data-testid="site-power-after"
            onClick={() => go({ on: period.after })}
          />
        </span>
      }
    >
      {telemetry.isPending && <Loading rows={5} />}
      {telemetry.error && !telemetry.data && <Failure error={telemetry.error} />}
      {telemetry.data && (
        <Chart
          site={site}
          period={period}
          telemetry={telemetry.data}
          ratedW={rated.reduce((sum, ratedW) => sum + ratedW, 0)}
        />
      )}
    </Panel>
  );
}
