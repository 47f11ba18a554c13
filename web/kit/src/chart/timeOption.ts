import type { EChartsCoreOption } from 'echarts/core';
import { formatLabel, formatNumber } from '../format/quantity';
import { formatInstant } from '../format/time';
import { fonts, type LookName, palettes, seriesColours } from '../tokens';

/** A point: milliseconds and a value in the panel's unit; null breaks the line where nothing was measured. */
export type Point = [at: number, value: number | null];

export interface Series {
  name: string;
  points: Point[];
  /** Index into the palette of series; by default the order within the panel. */
  colour?: number;
  filled?: boolean;
  /** A value that holds until the next one, as a limit does. */
  stepped?: boolean;
}

export interface Panel {
  title: string;
  unit: string;
  digits: number;
  series: Series[];
  min?: number;
  max?: number;
  /** Share of the height against the other panels; 1 by default. */
  weight?: number;
}

export interface ChartEvent {
  at: number;
  label: string;
}

/** A stretch of time with a name, drawn behind the curves: a price that holds, say. */
export interface ChartBand {
  from: number;
  to: number;
  label: string;
}

export interface TimeChartInput {
  panels: Panel[];
  events?: ChartEvent[];
  bands?: ChartBand[];
  from?: number;
  to?: number;
  theme: LookName;
  locale: string;
  /** Offer the zoom bar; off for a small chart. */
  zoomable: boolean;
  heightPx: number;
  /** Whose clocks the axis shows, an IANA name; the reader's own by default. */
  timeZone?: string;
}

const DAY_MILLIS = 86_400_000;
const TITLE_PX = 42;
const AXIS_PX = 26;
const ZOOM_PX = 44;

interface Row {
  top: number;
  height: number;
}

function layRows(input: TimeChartInput): Row[] {
  const free = input.heightPx - AXIS_PX - (input.zoomable ? ZOOM_PX : 0) - input.panels.length * TITLE_PX;
  const weights = input.panels.reduce((sum, panel) => sum + (panel.weight ?? 1), 0) || 1;
  const rows: Row[] = [];
  let top = 0;
  for (const panel of input.panels) {
    const height = Math.max(24, (free * (panel.weight ?? 1)) / weights);
    rows.push({ top: top + TITLE_PX, height });
    top += TITLE_PX + height;
  }
  return rows;
}

interface TooltipItem {
  seriesIndex: number;
  axisValue: number;
  marker: string;
  seriesName: string;
  data: Point;
}

/** Over more than two days an instant needs its date. */
function isLong(input: TimeChartInput): boolean {
  const { min, max } = spanOf(input);
  return min !== undefined && max !== undefined && max - min > 2 * DAY_MILLIS;
}

function formatMoment(input: TimeChartInput, at: number): string {
  return formatInstant(input.locale, at, isLong(input) ? 'dayTime' : 'timeSeconds', input.timeZone);
}

/** At a mark of the axis: within a minute, hours and minutes alone would say the same at every mark. */
function formatMark(input: TimeChartInput, at: number): string {
  const shape = isLong(input) ? 'day' : at % 60_000 ? 'timeSeconds' : 'time';
  return formatInstant(input.locale, at, shape, input.timeZone);
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function writeTooltip(input: TimeChartInput, given: unknown): string {
  const items = (Array.isArray(given) ? given : [given]) as TooltipItem[];
  const palette = palettes[input.theme];
  const owners = input.panels.flatMap((panel) => panel.series.map(() => panel));
  const head = items[0] ? formatMoment(input, items[0].axisValue) : '';
  const lines = items
    .filter(({ data }) => data[1] !== null)
    .map(({ seriesIndex, marker, seriesName, data }) => {
      const panel = owners[seriesIndex];
      const value = panel ? `${formatNumber(input.locale, data[1] ?? 0, panel.digits)} ${panel.unit}` : '';
      return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${marker}${escapeText(seriesName)}</span><b style="color:${palette.ink}">${escapeText(value)}</b></div>`;
    });
  return `<div style="color:${palette.inkSoft};margin-bottom:4px">${head}</div>${lines.join('')}`;
}

function isLate(input: TimeChartInput, at: number): boolean {
  const { min, max } = spanOf(input);
  return min !== undefined && max !== undefined && at > min + (max - min) / 2;
}

/** Bands take turns in two shades; the first panel names them. */
function makeBands(input: TimeChartInput, bands: ChartBand[], isNamed: boolean): object {
  const palette = palettes[input.theme];
  return {
    silent: true,
    animation: false,
    label: {
      show: isNamed,
      position: 'insideTopLeft',
      color: palette.inkSoft,
      fontSize: 11,
      fontFamily: fonts.text,
      overflow: 'truncate',
    },
    data: bands.map(({ from, to, label }, order) => [
      {
        xAxis: from,
        name: label,
        itemStyle: { color: order % 2 ? palette.sunken : palette.accentWash, opacity: 0.55 },
      },
      { xAxis: to },
    ]),
  };
}

function makeSeries(input: TimeChartInput): object[] {
  const palette = palettes[input.theme];
  const colours = seriesColours[input.theme];
  return input.panels.flatMap((panel, row) =>
    panel.series.map((series, order) => {
      const colour = colours[(series.colour ?? order) % colours.length];
      return {
        type: 'line',
        name: series.name,
        data: series.points,
        xAxisIndex: row,
        yAxisIndex: row,
        showSymbol: series.points.length < 3,
        symbolSize: 5,
        sampling: 'lttb',
        step: series.stepped ? 'end' : false,
        lineStyle: { width: 1.8, color: colour, type: series.stepped ? 'dashed' : 'solid' },
        itemStyle: { color: colour },
        emphasis: { disabled: true },
        ...(series.filled ? { areaStyle: { color: colour, opacity: input.theme === 'dark' ? 0.16 : 0.1 } } : {}),
        ...(order === 0 && input.bands?.length ? { markArea: makeBands(input, input.bands, row === 0) } : {}),
        ...(order === 0 && input.events?.length
          ? {
              markLine: {
                silent: true,
                symbol: 'none',
                animation: false,
                lineStyle: { color: palette.lineStrong, type: [3, 3], width: 1 },
                label: {
                  show: row === 0,
                  formatter: '{b}',
                  color: palette.inkFaint,
                  fontSize: 11,
                  position: 'end',
                  rotate: 0,
                  distance: 4,
                },
                data: input.events.map(({ at, label }) => ({
                  xAxis: at,
                  name: label,
                  // A word at the right edge stands before its line, else it would be cut.
                  label: { align: isLate(input, at) ? 'right' : 'left' },
                })),
              },
            }
          : {}),
      };
    }),
  );
}

function makeZoom(input: TimeChartInput): object[] {
  const palette = palettes[input.theme];
  const xAxisIndex = input.panels.map((_, row) => row);
  if (!input.zoomable) return [];
  return [
    { type: 'inside', xAxisIndex, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
    {
      type: 'slider',
      xAxisIndex,
      bottom: 6,
      height: 22,
      borderColor: palette.line,
      backgroundColor: 'transparent',
      fillerColor: palette.accentWash,
      dataBackground: { lineStyle: { color: palette.lineStrong }, areaStyle: { color: palette.sunken } },
      selectedDataBackground: { lineStyle: { color: palette.accent }, areaStyle: { color: palette.accentWash } },
      handleStyle: { color: palette.surface, borderColor: palette.accent },
      moveHandleStyle: { color: palette.lineStrong },
      emphasis: { handleStyle: { color: palette.accentWash, borderColor: palette.accentStrong } },
      labelFormatter: (at: number) =>
        formatInstant(input.locale, at, isLong(input) ? 'dayTime' : 'time', input.timeZone),
      textStyle: { color: palette.inkFaint, fontSize: 11 },
      brushSelect: false,
    },
  ];
}

/** The title of a panel: what, its unit, and, when there are several, the name of each series in its colour. */
function makeTitle(input: TimeChartInput, panel: Panel, top: number): object {
  const palette = palettes[input.theme];
  const colours = seriesColours[input.theme];
  const named = panel.series.length > 1 ? panel.series : [];
  const clean = (text: string) => text.replace(/[{}|]/g, ' ');
  const names = named
    .map((series, order) => `{s${order}|${series.stepped ? '┄' : '━'} ${clean(series.name)}}`)
    .join('');
  const nameStyles = named.map((series, order) => {
    const color = colours[(series.colour ?? order) % colours.length];
    return [`s${order}`, { color, fontSize: 11, fontWeight: 500, padding: [0, 0, 0, 14] }] as const;
  });
  return {
    text: `${clean(panel.title)}  {unit|${clean(panel.unit)}}${names}`,
    left: 0,
    top,
    padding: 0,
    textStyle: {
      color: palette.inkSoft,
      fontSize: 12,
      fontWeight: 600,
      rich: { unit: { color: palette.inkFaint, fontSize: 11, fontWeight: 400 }, ...Object.fromEntries(nameStyles) },
    },
  };
}

/** The time that all panels show: left to itself, each axis would span its own points only, and curves would not line up. */
function spanOf({ panels, from, to }: TimeChartInput): { min?: number; max?: number } {
  let min = from ?? Number.POSITIVE_INFINITY;
  let max = to ?? Number.NEGATIVE_INFINITY;
  for (const { points } of panels.flatMap(({ series }) => series))
    for (const [at] of points) {
      min = Math.min(min, at);
      max = Math.max(max, at);
    }
  return min < max ? { min, max } : {};
}

/** Panels under each other on one time axis, zoomed together. */
export function timeOption(input: TimeChartInput): EChartsCoreOption {
  const palette = palettes[input.theme];
  const rows = layRows(input);
  const last = input.panels.length - 1;
  const text = { color: palette.inkFaint, fontFamily: fonts.text, fontSize: 11 };
  const span = spanOf(input);
  return {
    animation: false,
    textStyle: { fontFamily: fonts.text },
    aria: { enabled: true },
    grid: rows.map(({ top, height }) => ({ left: 52, right: 18, top, height })),
    title: input.panels.map((panel, row) => makeTitle(input, panel, (rows[row]?.top ?? 0) - TITLE_PX + 14)),
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: palette.accent, width: 1 } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.line,
      padding: [8, 12],
      textStyle: { color: palette.inkSoft, fontSize: 12 },
      formatter: (given: unknown) => writeTooltip(input, given),
    },
    xAxis: input.panels.map((_, row) => ({
      type: 'time',
      gridIndex: row,
      ...span,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: row === last, lineStyle: { color: palette.line } },
      axisLabel: {
        show: row === last,
        ...text,
        hideOverlap: true,
        formatter: (at: number) => formatMark(input, at),
      },
      splitLine: { show: false },
    })),
    yAxis: input.panels.map((panel, row) => ({
      type: 'value',
      gridIndex: row,
      scale: panel.min === undefined,
      splitNumber: (rows[row]?.height ?? 0) > 110 ? 4 : 2,
      ...(panel.min === undefined ? {} : { min: panel.min }),
      ...(panel.max === undefined ? {} : { max: panel.max }),
      axisLabel: { ...text, formatter: (value: number) => formatLabel(input.locale, value) },
      splitLine: { lineStyle: { color: palette.line } },
    })),
    dataZoom: makeZoom(input),
    series: makeSeries(input),
  };
}
