import { describe, expect, it } from 'vitest';
import {
  type BusbarFeeder,
  breadthOf,
  fitText,
  HEAD,
  layOut,
  lineOf,
  measures,
  mostOf,
  stepFrom,
  sumUp,
} from './drawing';

function feeder(more: Partial<BusbarFeeder> = {}): BusbarFeeder {
  return {
    id: 'A',
    name: 'A',
    kind: 'connector',
    state: 'available',
    powerW: 0,
    ratedW: 22_000,
    connectors: [],
    ...more,
  };
}

describe('a line', () => {
  it.each([
    ['charging', 11_000, 'flow'],
    ['available', 0, 'idle'],
    ['faulted', 0, 'broken'],
    ['faulted', 7_000, 'flow'],
    ['offline', 7_000, 'open'],
    ['pending', 0, 'open'],
    ['unavailable', 0, 'open'],
  ])('of a station that is %s with %d W is drawn as %s', (state, powerW, kind) => {
    expect(lineOf({ state, powerW })).toBe(kind);
  });

  it('grows with its power, and fills its room at the greatest', () => {
    const breadths = [0, 1_000, 22_000, 75_000, 150_000, 300_000].map((powerW) => breadthOf(powerW, 150_000, 15));
    expect(breadths).toEqual(breadths.toSorted((a, b) => a - b));
    expect(breadths.at(-1)).toBe(15);
    expect(breadthOf(1, 150_000, 15)).toBeGreaterThan(breadthOf(0, 150_000, 15));
  });

  it('is measured by what was decided before what stands on the plate', () => {
    expect(mostOf({ ratedW: 22_000, limitW: 6_000 })).toBe(6_000);
    expect(mostOf({ ratedW: 22_000, limitW: null })).toBe(22_000);
  });
});

describe('the layout', () => {
  it.each([
    [1, 1_100, 'full'],
    [7, 1_100, 'full'],
    [30, 1_100, 'compact'],
    [200, 1_100, 'dense'],
    [200, 360, 'dense'],
  ] as const)('of %d stations in %d units is %s', (count, width, density) => {
    expect(layOut(count, width, 560).density).toBe(density);
  });

  it.each([
    [1, 1_100],
    [13, 1_100],
    [200, 1_100],
    [200, 360],
  ])('of %d stations in %d units keeps each within the drawing and apart from the next', (count, width) => {
    const layout = layOut(count, width, 560);
    const { line, station } = measures[layout.density];
    const places = Array.from({ length: count }, (_, index) => layout.placeOf(index));
    for (const { x, row } of places) {
      expect(x - layout.slot / 2).toBeGreaterThanOrEqual(0);
      expect(x + layout.slot / 2).toBeLessThanOrEqual(width);
      expect(layout.barY(row) + line + station).toBeLessThanOrEqual(layout.height);
    }
    expect(new Set(places.map(({ x, row }) => `${x} ${row}`)).size).toBe(count);
    expect(layout.barY(0)).toBe(HEAD);
  });

  it('draws rows of even length', () => {
    const layout = layOut(9, 1_100, 560);
    expect([layout.rows, layout.perRow]).toEqual([2, 5]);
  });
});

it('leads the arrow keys along the bar and over its ends nowhere', () => {
  expect(
    ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map((key) => stepFrom(4, key, 10, 4)),
  ).toEqual([5, 3, 8, 0, 0, 9]);
  expect(stepFrom(0, 'ArrowLeft', 10, 4)).toBe(0);
  expect(stepFrom(9, 'ArrowDown', 10, 4)).toBe(9);
  expect(stepFrom(3, 'Tab', 10, 4)).toBeNull();
});

it('cuts names by the room they take', () => {
  expect(fitText('Colonnina A', 120, 13)).toBe('Colonnina A');
  expect(fitText('Colonnina accanto al bar', 80, 13)).toBe('Colonnina…');
  expect(fitText('滨江快充站一号桩', 60, 13)).toBe('滨江快…');
});

it('adds up what flows; what an absent station drew last does not count', () => {
  const sum = sumUp([
    feeder({ state: 'charging', powerW: 11_000 }),
    feeder({ state: 'offline', powerW: 7_000 }),
    feeder({ state: 'faulted' }),
  ]);
  expect(sum).toEqual({ powerW: 11_000, ratedW: 66_000, flowing: 1, faulted: 1, offline: 1 });
});
