import { useId } from 'react';

export interface SparkPoint {
  /** Milliseconds. */
  at: number;
  value: number;
}

interface SparklineProps {
  points: SparkPoint[];
  /** What it shows, for those who do not see it. */
  label: string;
}

const WIDTH = 320;
const HEIGHT = 88;
const PAD = 5;

/** Where the curve runs, in the drawing's own units: time to the right, value up from zero. */
export function traceLine(points: SparkPoint[]): { line: string; area: string; last: { x: number; y: number } } | null {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last || first === last) return null;
  const span = Math.max(1, last.at - first.at);
  const top = Math.max(1, ...points.map(({ value }) => value));
  const x = (at: number) => PAD + ((at - first.at) / span) * (WIDTH - 2 * PAD);
  const y = (value: number) => HEIGHT - PAD - (Math.max(0, value) / top) * (HEIGHT - 2 * PAD);
  const line = points
    .map(({ at, value }, index) => `${index ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
  const floor = HEIGHT - PAD;
  return {
    line,
    area: `${line}L${x(last.at).toFixed(1)} ${floor}L${x(first.at).toFixed(1)} ${floor}Z`,
    last: { x: x(last.at), y: y(last.value) },
  };
}

/** A small curve over time. */
export function Sparkline({ points, label }: SparklineProps) {
  const gradientId = useId();
  const trace = traceLine(points);
  if (!trace) return null;
  return (
    <svg
      className="bd-spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <defs>
        <linearGradient id={gradientId} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="var(--bb-accent)" stopOpacity="0.28" />
          <stop offset="1" stopColor="var(--bb-accent)" stopOpacity="0.02" />
        </linearGradient>
      </defs>
      <path d={trace.area} fill={`url(#${gradientId})`} />
      <path d={trace.line} className="bd-spark-line" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
