import type { Schemas } from '@busbar/client';
import { toMillis, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { usePowerCurve } from '../../queries/overview';

const WIDTH = 320;
const HEIGHT = 64;

interface Point {
  at: number;
  powerW: number;
}

/** The steps of the curve that are over, from where there first was power, and the figure of this moment as its end. */
export function trailPoints(points: readonly Schemas['PowerPoint'][], now: Point): Point[] {
  const past = points.flatMap(({ at, power_w: powerW }): Point[] => {
    const millis = toMillis(at);
    return millis === null || millis >= now.at ? [] : [{ at: millis, powerW }];
  });
  const begin = past.findIndex((point) => point.powerW > 0);
  return begin < 0 ? [] : [...past.slice(Math.max(0, begin - 1)), now];
}

function drawLine(points: Point[], top: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || first.at === last.at) return '';
  const x = (at: number) => ((at - first.at) / (last.at - first.at)) * WIDTH;
  const y = (powerW: number) => HEIGHT - 2 - (powerW / top) * (HEIGHT - 6);
  return points
    .map(({ at, powerW }, order) => `${order ? 'L' : 'M'}${x(at).toFixed(1)} ${y(powerW).toFixed(1)}`)
    .join('');
}

/** Power over the last hours, up to now. */
export function PowerTrail({ powerW, at }: { powerW: number; at: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = usePowerCurve();
  const points = trailPoints(data?.points ?? [], { at: toMillis(at) ?? Date.now(), powerW });
  const top = Math.max(1, ...points.map((point) => point.powerW));
  const line = drawLine(points, top);
  if (!line) return null;
  return (
    <figure className="bc-trail">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('overview.powerTrail')}
      >
        <path d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="var(--bb-accent-wash)" />
        <path d={line} fill="none" stroke="var(--bb-accent)" strokeWidth="2" vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption>
        <span>{format.instant(points[0]?.at, 'time')}</span>
        <span>{t('overview.powerTop', { power: format.power(top) })}</span>
        <span>{t('overview.now')}</span>
      </figcaption>
    </figure>
  );
}
