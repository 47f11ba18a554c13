import { describe, expect, it } from 'vitest';
import { type TimeChartInput, timeOption } from './timeOption';

const input: TimeChartInput = {
  theme: 'light',
  locale: 'en-GB',
  zoomable: true,
  heightPx: 500,
  panels: [
    { title: 'Power', unit: 'kW', digits: 1, min: 0, series: [{ name: 'Power', points: [[0, 7.4]] }] },
    {
      title: 'Voltage',
      unit: 'V',
      digits: 1,
      series: [
        { name: 'L1', points: [[0, 230]], colour: 0 },
        { name: 'L2', points: [[0, 231]], colour: 1 },
      ],
    },
  ],
  events: [{ at: 0, label: 'Stop requested' }],
};

interface Option {
  grid: { top: number; height: number }[];
  series: { xAxisIndex: number; name: string; itemStyle: { color: string }; markLine?: object }[];
  title: { text: string }[];
  tooltip: { formatter: (items: object[]) => string };
  dataZoom: object[];
}

const read = (more: Partial<TimeChartInput> = {}) => timeOption({ ...input, ...more }) as unknown as Option;

describe('timeOption', () => {
  it('puts the panels under each other, within the height', () => {
    const [first, second] = read().grid;
    expect((first?.top ?? 0) + (first?.height ?? 0)).toBeLessThan(second?.top ?? 0);
    expect((second?.top ?? 0) + (second?.height ?? 0)).toBeLessThan(500);
  });

  it('draws each series in its panel and marks an event once in each', () => {
    const { series } = read();
    expect(series.map(({ xAxisIndex, name }) => [xAxisIndex, name])).toEqual([
      [0, 'Power'],
      [1, 'L1'],
      [1, 'L2'],
    ]);
    expect(series.map(({ markLine }) => Boolean(markLine))).toEqual([true, true, false]);
    expect(series[1]?.itemStyle.color).not.toBe(series[2]?.itemStyle.color);
  });

  it('names the series of a panel that has several', () => {
    expect(read().title.map(({ text }) => text)).toEqual(['Power  {unit|kW}', 'Voltage  {unit|V}{s0|━ L1}{s1|━ L2}']);
  });

  it('tells values with their unit, and lets no name become markup', () => {
    const text = read().tooltip.formatter([
      { seriesIndex: 1, axisValue: 0, marker: '', seriesName: '<img>', data: [0, 230.04] },
    ]);
    expect(text).toContain('230.0 V');
    expect(text).not.toContain('<img>');
  });

  it('has a zoom only when it is asked for', () => {
    expect(read().dataZoom).toHaveLength(2);
    expect(read({ zoomable: false }).dataZoom).toHaveLength(0);
  });
});
