import type { Schemas } from '@busbar/client';

export type Piece = Schemas['LayoutPiece'];

/** A drawing in hand. */
export interface Drawing {
  columns: number;
  rows: number;
  pieces: readonly Piece[];
}

export const sizes: Record<Piece['kind'], { width: number; height: number }> = {
  bay: { width: 3, height: 5 },
  station: { width: 1, height: 1 },
  building: { width: 8, height: 4 },
  lane: { width: 12, height: 3 },
  green: { width: 4, height: 2 },
};

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** The piece with another place or size, kept inside the grid. */
export function fit(drawing: Drawing, piece: Piece): Piece {
  const width = within(piece.width, 1, drawing.columns);
  const height = within(piece.height, 1, drawing.rows);
  return {
    ...piece,
    width,
    height,
    x: within(piece.x, 0, drawing.columns - width),
    y: within(piece.y, 0, drawing.rows - height),
  };
}

export function change(drawing: Drawing, place: number, changed: Partial<Piece>): Drawing {
  const pieces = drawing.pieces.map((piece, at) => (at === place ? fit(drawing, { ...piece, ...changed }) : piece));
  return { ...drawing, pieces };
}

export function remove(drawing: Drawing, place: number): Drawing {
  return { ...drawing, pieces: drawing.pieces.filter((_, at) => at !== place) };
}

function overlaps(one: Piece, other: Piece): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** The first place, row by row, where a piece lies on no other; the first cell when there is none. */
function findRoom(drawing: Drawing, piece: Piece): Piece {
  for (let y = 0; y + piece.height <= drawing.rows; y++)
    for (let x = 0; x + piece.width <= drawing.columns; x++) {
      const tried = { ...piece, x, y };
      if (!drawing.pieces.some((other) => overlaps(tried, other))) return tried;
    }
  return fit(drawing, { ...piece, x: 0, y: 0 });
}

/** Put a new piece where there is room. */
export function add(drawing: Drawing, kind: Piece['kind'], given: Partial<Piece> = {}): Drawing {
  const piece: Piece = { kind, x: 0, y: 0, label: '', station_id: null, evse_id: null, ...sizes[kind], ...given };
  return { ...drawing, pieces: [...drawing.pieces, findRoom(drawing, piece)] };
}

/** Stations that stand nowhere yet. */
export function unplaced(drawing: Drawing, stationIds: readonly string[]): string[] {
  const placed = new Set(
    drawing.pieces.filter(({ kind }) => kind === 'station').map(({ station_id: stationId }) => stationId),
  );
  return stationIds.filter((stationId) => !placed.has(stationId));
}

/** A proposal: every station that stands nowhere in a row, with a bay before each of its EVSEs. */
export function arrange(
  drawing: Drawing,
  stations: readonly { stationId: string; evseIds: readonly number[] }[],
): Drawing {
  const { width, height } = sizes.bay;
  let after = drawing;
  let number = drawing.pieces.filter(({ kind }) => kind === 'bay').length;
  let x = 0;
  let y = 0;
  for (const { stationId, evseIds } of stations) {
    const span = Math.max(1, evseIds.length) * width;
    if (x > 0 && x + span > drawing.columns) {
      x = 0;
      y += height + 4;
    }
    if (y + 1 + height > drawing.rows) break; // the rest is for a person to place
    const pieces: Piece[] = [
      {
        kind: 'station',
        x: Math.min(drawing.columns - 1, x + Math.floor(span / 2)),
        y,
        ...sizes.station,
        label: '',
        station_id: stationId,
        evse_id: null,
      },
      ...evseIds.map((evseId, order) => {
        number += 1;
        const place = { x: x + order * width, y: y + 1, width, height };
        return { kind: 'bay' as const, ...place, label: String(number), station_id: stationId, evse_id: evseId };
      }),
    ];
    after = { ...after, pieces: [...after.pieces, ...pieces.map((piece) => fit(drawing, piece))] };
    x += span + 1;
  }
  return after;
}
