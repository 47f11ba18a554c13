import { expect, it } from 'vitest';
import { add, arrange, change, type Drawing, remove, unplaced } from './layoutEdit';

const empty: Drawing = { columns: 12, rows: 10, pieces: [] };

it('puts new pieces where there is room', () => {
  const drawn = add(add(empty, 'bay'), 'bay');
  expect(drawn.pieces.map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [3, 0],
  ]);
});

it('keeps pieces inside the grid, whatever is done to them', () => {
  const drawn = add(empty, 'bay');
  expect(change(drawn, 0, { x: 50, y: -3 }).pieces[0]).toMatchObject({ x: 9, y: 0 });
  expect(change(drawn, 0, { width: 99 }).pieces[0]).toMatchObject({ x: 0, width: 12 });
  expect(remove(drawn, 0).pieces).toEqual([]);
});

it('proposes a place for each station and a bay for each of its EVSEs', () => {
  const stations = [
    { stationId: 'A', evseIds: [1, 2] },
    { stationId: 'B', evseIds: [1] },
  ];
  const drawn = arrange(empty, stations);
  expect(drawn.pieces.map(({ kind, station_id: id, evse_id: evse }) => `${kind} ${id} ${evse}`)).toEqual([
    'station A null',
    'bay A 1',
    'bay A 2',
    'station B null',
    'bay B 1',
  ]);
  expect(unplaced(drawn, ['A', 'B', 'C'])).toEqual(['C']);
  for (const { x, y, width, height } of drawn.pieces) {
    expect(x + width).toBeLessThanOrEqual(12);
    expect(y + height).toBeLessThanOrEqual(10);
  }
});
