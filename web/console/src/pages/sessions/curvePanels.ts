import type { Schemas } from '@busbar/client';
import { toMillis } from '@busbar/kit';
import type { Panel, Point, Series } from '@busbar/kit/chart';
import type { TFunction } from 'i18next';

type Measured = Schemas['Series'];

/** A panel of the session's curve: which measurands it holds and in which unit a person reads them. */
interface PanelPlan {
  name: 'power' | 'energy' | 'soc' | 'current' | 'voltage' | 'temperature';
  measurands: string[];
  unit: string;
  /** Of the API's whole unit to the panel's: Wh to kWh, mA to A. */
  divisor: number;
  digits: number;
  min?: number;
  max?: number;
  weight: number;
  /** Show how much it grew since the begin: registers count from the day the meter was made. */
  isGrowth?: boolean;
}

/** How the import register stood when the session began, where its record says so: stations need not send it as a sample. */
export interface CurveBegin {
  millis: number;
  registerWh: number;
}

const plans: PanelPlan[] = [
  {
    name: 'power',
    measurands: ['power.import', 'power.export', 'power.offered'],
    unit: 'kW',
    divisor: 1_000,
    digits: 2,
    min: 0,
    weight: 1.6,
  },
  {
    name: 'energy',
    measurands: ['energy.import.register', 'energy.export.register'],
    unit: 'kWh',
    divisor: 1_000,
    digits: 3,
    min: 0,
    weight: 1,
    isGrowth: true,
  },
  { name: 'soc', measurands: ['soc'], unit: '%', divisor: 10, digits: 0, min: 0, max: 100, weight: 0.8 },
  {
    name: 'current',
    measurands: ['current.import', 'current.export', 'current.offered'],
    unit: 'A',
    divisor: 1_000,
    digits: 1,
    min: 0,
    weight: 1,
  },
  { name: 'voltage', measurands: ['voltage'], unit: 'V', divisor: 1_000, digits: 1, weight: 0.8 },
  { name: 'temperature', measurands: ['temperature'], unit: '°C', divisor: 1_000, digits: 1, weight: 0.7 },
];

/** Phases keep their colour in every panel; the whole has the first. */
const phaseColours: Record<string, number> = {
  L1: 0,
  L2: 1,
  L3: 2,
  N: 5,
  'L1-N': 0,
  'L2-N': 1,
  'L3-N': 2,
  'L1-L2': 3,
  'L2-L3': 4,
  'L3-L1': 5,
};
const OFFERED_COLOUR = 5;

function pointsOf(measured: Measured, { divisor, isGrowth }: PanelPlan, begin?: CurveBegin): Point[] {
  const { sampled_at: instants, values } = measured;
  const isWhole = measured.measurand === 'energy.import.register' && measured.phase === null;
  const start = isGrowth && isWhole && begin && begin.registerWh <= (values[0] ?? 0) ? begin : undefined;
  const first = isGrowth ? (start?.registerWh ?? values[0] ?? 0) : 0;
  const points = instants.flatMap((at, order): Point[] => {
    const millis = toMillis(at);
    const value = values[order];
    return millis === null || value === undefined ? [] : [[millis, (value - first) / divisor]];
  });
  return start && start.millis < (points[0]?.[0] ?? 0) ? [[start.millis, 0], ...points] : points;
}

function nameOf(measured: Measured, withLocation: boolean, t: TFunction): string {
  const words = [
    t(`measurand.${measured.measurand.replaceAll('.', '_')}`, {
      defaultValue: measured.raw_measurand ?? measured.measurand,
    }),
  ];
  if (measured.phase) words.push(measured.phase);
  if (withLocation) words.push(t(`location.${measured.location}`));
  return words.join(' · ');
}

function seriesOf(
  measured: Measured,
  plan: PanelPlan,
  withLocation: boolean,
  t: TFunction,
  begin?: CurveBegin,
): Series {
  const isOffered = measured.measurand.endsWith('.offered');
  return {
    name: nameOf(measured, withLocation, t),
    points: pointsOf(measured, plan, begin),
    colour: isOffered ? OFFERED_COLOUR : (phaseColours[measured.phase ?? ''] ?? 0),
    stepped: isOffered,
    filled: plan.name === 'power' && !isOffered && measured.phase === null,
  };
}

/** What was measured, as panels over one time axis; what nobody measured has no panel. */
export function curvePanels(curve: Schemas['MeterCurve'], t: TFunction, begin?: CurveBegin): Panel[] {
  return plans.flatMap((plan) => {
    const found = curve.series.filter(
      ({ measurand, values }) => plan.measurands.includes(measurand) && values.length > 0,
    );
    if (!found.length) return [];
    const withLocation = new Set(found.map(({ location }) => location)).size > 1;
    const { name, unit, digits, weight, min, max } = plan;
    return [
      {
        title: t(`curve.${name}`),
        unit,
        digits,
        weight,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        series: found.map((measured) => seriesOf(measured, plan, withLocation, t, begin)),
      },
    ];
  });
}
