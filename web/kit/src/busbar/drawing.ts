/** What a single-line diagram consists of, and where its parts stand. Lengths are in units; a wall display enlarges the unit. */
import type { StateKind } from '../state/marks';

export interface BusbarConnector {
  key: string;
  /** What is painted on it. */
  label: string;
  /** The API's word, such as `charging`. */
  state: string;
}

/** A station as it hangs from the bar. */
export interface BusbarFeeder {
  id: string;
  name: string;
  kind: Extract<StateKind, 'connector' | 'registration'>;
  /** The API's word for the station as a whole, such as `offline`. */
  state: string;
  powerW: number;
  /** What its plates allow. */
  ratedW: number;
  /** What it may draw now, where that was decided. */
  limitW?: number | null;
  connectors: readonly BusbarConnector[];
}

/** How a line is drawn: power flows, nothing flows, a fault has broken it, or the switch is open since nobody is there. */
export type LineKind = 'flow' | 'idle' | 'broken' | 'open';

const openStates = new Set(['offline', 'pending', 'blocked', 'unavailable', 'unknown']);

export function lineOf({ state, powerW }: Pick<BusbarFeeder, 'state' | 'powerW'>): LineKind {
  if (state === 'offline') return 'open';
  if (powerW > 0) return 'flow';
  if (state === 'faulted') return 'broken';
  return openStates.has(state) ? 'open' : 'idle';
}

/** What a feeder may draw at most. */
export function mostOf({ limitW, ratedW }: Pick<BusbarFeeder, 'limitW' | 'ratedW'>): number {
  return limitW ?? ratedW;
}

const THIN = 1.5;

/** Breadth of a line that carries `powerW`, so that `greatestW` fills `most`; by the root, so that small loads are seen too. */
export function breadthOf(powerW: number, greatestW: number, most: number): number {
  if (powerW <= 0 || greatestW <= 0) return THIN;
  return Math.max(THIN + 0.7, most * Math.sqrt(Math.min(1, powerW / greatestW)));
}

/** Near its limit a line says so. */
export const NEAR_LIMIT = 0.92;

export function isNearLimit(powerW: number, mostW: number): boolean {
  return mostW > 0 && powerW / mostW >= NEAR_LIMIT;
}

export type Density = 'full' | 'compact' | 'dense';

interface Measure {
  slotLeast: number;
  slotMost: number;
  /** Length of the feeder's line. */
  line: number;
  /** What hangs at its end. */
  station: number;
  gap: number;
  /** Breadth of the greatest feeder's line. */
  breadth: number;
}

export const measures: Record<Density, Measure> = {
  full: { slotLeast: 148, slotMost: 220, line: 52, station: 92, gap: 22, breadth: 15 },
  compact: { slotLeast: 66, slotMost: 96, line: 46, station: 52, gap: 18, breadth: 12 },
  dense: { slotLeast: 22, slotMost: 40, line: 42, station: 20, gap: 16, breadth: 9 },
};

/** Where the riser stands that feeds one length of the bar after the other. */
export const RISER = 26;
/** Where the first feeder's slot begins. */
export const LEFT = 48;
export const HEAD = 92;
export const BAR = 7;

export interface Layout {
  density: Density;
  perRow: number;
  rows: number;
  slot: number;
  width: number;
  height: number;
  /** The bar's y in a row. */
  barY: (row: number) => number;
  /** A feeder's x (its middle) and row. */
  placeOf: (index: number) => { x: number; row: number };
}

/** Places `count` feeders in a width: as richly as the height allows, in even rows. */
export function layOut(count: number, width: number, heightMost: number): Layout {
  const roomy: Density[] = ['full', 'compact', 'dense'];
  const room = Math.max(0, width - LEFT - 4);
  const rowsOf = (density: Density) =>
    Math.max(1, Math.ceil(count / Math.max(1, Math.floor(room / measures[density].slotLeast))));
  const rowHeight = (density: Density) => {
    const { line, station, gap } = measures[density];
    return BAR + line + station + gap;
  };
  const density = roomy.find((one) => HEAD + rowsOf(one) * rowHeight(one) <= heightMost) ?? 'dense';
  const rows = rowsOf(density);
  const perRow = Math.max(1, Math.ceil(count / rows));
  const slot = Math.min(measures[density].slotMost, room / perRow);
  const rowStep = rowHeight(density);
  return {
    density,
    perRow,
    rows,
    slot,
    width,
    height: HEAD + rows * rowStep - measures[density].gap + 6,
    barY: (row) => HEAD + row * rowStep,
    placeOf: (index) => ({
      x: LEFT + (index % perRow) * slot + slot / 2,
      row: Math.floor(index / perRow),
    }),
  };
}

const wide = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

/** Cut a text to a length; Latin letters are taken as 0.56 of the size on average, Chinese ones as the whole. */
export function fitText(text: string, width: number, size: number): string {
  let used = 0;
  for (const [index, letter] of [...text].entries()) {
    used += (wide.test(letter) ? 1 : 0.56) * size;
    if (used > width)
      return `${[...text]
        .slice(0, Math.max(1, index - 1))
        .join('')
        .trimEnd()}…`;
  }
  return text;
}

export interface BusbarSum {
  powerW: number;
  ratedW: number;
  flowing: number;
  faulted: number;
  offline: number;
}

export function sumUp(feeders: readonly BusbarFeeder[]): BusbarSum {
  const sum: BusbarSum = { powerW: 0, ratedW: 0, flowing: 0, faulted: 0, offline: 0 };
  for (const feeder of feeders) {
    sum.ratedW += feeder.ratedW;
    if (feeder.state === 'offline') sum.offline += 1;
    else sum.powerW += feeder.powerW;
    if (feeder.state === 'faulted') sum.faulted += 1;
    if (lineOf(feeder) === 'flow') sum.flowing += 1;
  }
  return sum;
}

/** Where the arrow keys lead from a feeder; null: the key is none of ours. */
export function stepFrom(index: number, key: string, count: number, perRow: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - perRow,
    ArrowDown: index + perRow,
    Home: 0,
    End: count - 1,
  };
  const wanted = steps[key];
  if (wanted === undefined) return null;
  return wanted < 0 || wanted >= count ? index : wanted;
}
