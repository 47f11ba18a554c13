import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';

const WIDTH = 120;
const HEIGHT = 28;
/** How long the last limit is drawn when the schedule has no end, as a share of what went before. */
const OPEN_SHARE = 0.35;

type Schedule = Schemas['ChargingSchedule'] | Schemas['ChargingScheduleBody'];

/** The limits of a schedule as a small staircase, with the greatest limit beside it. */
export function ScheduleSketch({ schedule }: { schedule: Schedule }) {
  const format = useFormat();
  const { periods, unit, duration_s: durationS } = schedule;
  const top = Math.max(1, ...periods.map(({ limit_milli: limit }) => limit));
  const lastStart = periods.at(-1)?.start_s ?? 0;
  const end = durationS ?? (lastStart * (1 + OPEN_SHARE) || 1);
  const x = (startS: number) => (Math.min(startS, end) / end) * WIDTH;
  const y = (limit: number) => HEIGHT - 1 - (limit / top) * (HEIGHT - 4);
  const steps = periods.map(({ start_s: startS, limit_milli: limit }, order) => {
    const until = periods[order + 1]?.start_s ?? end;
    return `${order ? 'L' : 'M'}${x(startS).toFixed(1)} ${y(limit).toFixed(1)}L${x(until).toFixed(1)} ${y(limit).toFixed(1)}`;
  });
  const limit = unit === 'W' ? format.power(top / 1_000) : format.current(top);
  return (
    <span className="bc-sketch">
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path d={`${steps.join('')}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="var(--bb-accent-wash)" />
        <path d={steps.join('')} fill="none" stroke="var(--bb-accent)" strokeWidth="1.6" />
      </svg>
      <span className="bc-number">{limit}</span>
    </span>
  );
}
