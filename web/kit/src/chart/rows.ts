import type { Panel } from './timeOption';

/** The figures of panels as rows, one for each instant at which anything was measured. */
export interface Rows {
  columns: { name: string; unit: string; digits: number }[];
  rows: { at: number; values: (number | null)[] }[];
}

/** Of a long measurement as many rows as people read, spread evenly over the time; a table to take along is whole. */
export function rowsOf(panels: readonly Panel[], most = Number.POSITIVE_INFINITY): Rows {
  const owners = panels.flatMap((panel) => panel.series.map((series) => ({ panel, series })));
  const byInstant = new Map<number, (number | null)[]>();
  owners.forEach(({ series }, column) => {
    for (const [at, value] of series.points) {
      const values = byInstant.get(at) ?? owners.map(() => null);
      values[column] = value;
      byInstant.set(at, values);
    }
  });
  const all = [...byInstant].map(([at, values]) => ({ at, values })).sort((a, b) => a.at - b.at);
  const step = all.length > most ? (all.length - 1) / (most - 1) : 1;
  const rows = step === 1 ? all : Array.from({ length: most }, (_, place) => all[Math.round(place * step)]);
  return {
    columns: owners.map(({ panel, series }) => ({ name: series.name, unit: panel.unit, digits: panel.digits })),
    rows: rows.filter((row) => row !== undefined),
  };
}
