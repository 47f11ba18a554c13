import type { Schemas } from '@busbar/client';
import type { SparkPoint } from '../../parts/Sparkline';

type Series = Schemas['Series'];

export interface Curve {
  measure: 'power' | 'energy';
  points: SparkPoint[];
}

function pointsOf(series: Series): SparkPoint[] {
  return series.sampled_at.flatMap((at, index) => {
    const value = series.values[index];
    return value === undefined ? [] : [{ at: Date.parse(at), value }];
  });
}

/** Phases L1 to L3 told one by one, added up where all of them were read at the same instant. */
function addPhases(phases: Series[]): SparkPoint[] {
  const sums = new Map<number, { value: number; count: number }>();
  for (const { at, value } of phases.flatMap(pointsOf)) {
    const sum = sums.get(at);
    sums.set(at, { value: (sum?.value ?? 0) + value, count: (sum?.count ?? 0) + 1 });
  }
  return [...sums]
    .filter(([, { count }]) => count === phases.length)
    .map(([at, { value }]) => ({ at, value }))
    .sort((one, other) => one.at - other.at);
}

/** What the small curve shows: power where the station measures it, else the energy so far. */
export function readCurve(curve: Schemas['MeterCurve'] | undefined): Curve | null {
  const outlet = curve?.series.filter(({ location }) => location === 'outlet') ?? [];
  const power = outlet.filter(({ measurand }) => measurand === 'power.import');
  const whole = power.find(({ phase }) => phase === null);
  const phases = power.filter(({ phase }) => phase !== null && /^L[123](-N)?$/.test(phase));
  const powerPoints = whole ? pointsOf(whole) : addPhases(phases);
  if (powerPoints.length > 1) return { measure: 'power', points: powerPoints };
  const register = outlet.find(({ measurand, phase }) => measurand === 'energy.import.register' && phase === null);
  const energy = register ? pointsOf(register) : [];
  const first = energy[0];
  if (!first || energy.length < 2) return null;
  return { measure: 'energy', points: energy.map(({ at, value }) => ({ at, value: value - first.value })) };
}

/** The curve with the figure that came since it was read. */
export function extendCurve(curve: Curve, powerW: number | null, at: string | null): Curve {
  const newest = at === null ? Number.NaN : Date.parse(at);
  const last = curve.points[curve.points.length - 1];
  if (curve.measure !== 'power' || powerW === null || !last || !(newest > last.at)) return curve;
  return { ...curve, points: [...curve.points, { at: newest, value: powerW }] };
}
