import type { Schemas } from '@busbar/client';
import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { curvePanels } from './curvePanels';

const t = ((key: string) => key) as unknown as TFunction;
const at = ['2026-11-21T10:00:00Z', '2026-11-21T10:00:30Z'];

function series(
  measurand: Schemas['Measurand'],
  values: number[],
  more: Partial<Schemas['Series']> = {},
): Schemas['Series'] {
  return {
    measurand,
    raw_measurand: null,
    phase: null,
    location: 'outlet',
    unit: '',
    sampled_at: at,
    values,
    sample_count: values.length,
    ...more,
  };
}

describe('curvePanels', () => {
  it('makes panels only of what was measured, in the units that people read', () => {
    const panels = curvePanels(
      {
        session_id: 's',
        series: [
          series('soc', [310, 320]),
          series('power.import', [7_360, 7_350]),
          series('power.offered', [11_000, 11_000]),
        ],
      },
      t,
    );
    expect(panels.map(({ title, unit }) => [title, unit])).toEqual([
      ['curve.power', 'kW'],
      ['curve.soc', '%'],
    ]);
    expect(panels[0]?.series[0]?.points).toEqual([
      [Date.parse(at[0] ?? ''), 7.36],
      [Date.parse(at[1] ?? ''), 7.35],
    ]);
    expect(panels[0]?.series[1]?.stepped).toBe(true);
    expect(panels[1]?.series[0]?.points[0]?.[1]).toBe(31);
  });

  it('shows how much a register grew', () => {
    const [panel] = curvePanels(
      { session_id: 's', series: [series('energy.import.register', [1_000_000, 1_006_379])] },
      t,
    );
    expect(panel?.series[0]?.points.map(([, value]) => value)).toEqual([0, 6.379]);
  });

  it('tells phases apart by colour and places by name', () => {
    const [panel] = curvePanels(
      {
        session_id: 's',
        series: [
          series('voltage', [241_100], { phase: 'L1' }),
          series('voltage', [240_900], { phase: 'L2' }),
          series('voltage', [400_000], { location: 'ev' }),
        ],
      },
      t,
    );
    expect(panel?.series.map(({ colour }) => colour)).toEqual([0, 1, 0]);
    expect(panel?.series.map(({ name }) => name)).toEqual([
      'measurand.voltage · L1 · location.outlet',
      'measurand.voltage · L2 · location.outlet',
      'measurand.voltage · location.ev',
    ]);
  });

  it('counts energy from the begin of the session where its register is known', () => {
    const curve = { session_id: 's', series: [series('energy.import.register', [21_000, 22_000])] };
    const begin = { millis: Date.parse('2026-11-21T09:30:00Z'), registerWh: 1_000 };
    const points = (known?: typeof begin) => curvePanels(curve, t, known)[0]?.series[0]?.points.map(([, kWh]) => kWh);
    expect(points()).toEqual([0, 1]);
    expect(points(begin)).toEqual([0, 20, 21]);
    expect(points({ ...begin, registerWh: 30_000 })).toEqual([0, 1]); // another meter's
  });
});
