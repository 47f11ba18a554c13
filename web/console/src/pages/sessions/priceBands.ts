import type { Schemas } from '@busbar/client';
import { toMillis } from '@busbar/kit';
import type { ChartBand } from '@busbar/kit/chart';

type Line = Schemas['PriceLine'];

/** The kinds of line that hold for a stretch of time at a price of their own, the one that names the stretch first. */
const lasting: readonly Line['kind'][] = ['energy', 'time', 'parking', 'idle'];

/** The stretches of a session at one price. Where lines lie over each other, energy names the stretch. */
export function priceBands(lines: readonly Line[], say: (line: Line) => string): ChartBand[] {
  const bands: ChartBand[] = [];
  for (const kind of lasting)
    for (const line of lines) {
      const from = toMillis(line.starts_at);
      const to = toMillis(line.ends_at);
      if (line.kind !== kind || from === null || to === null || to <= from) continue;
      if (bands.some((band) => from < band.to && band.from < to)) continue;
      bands.push({ from, to, label: say(line) });
    }
  return bands.sort((a, b) => a.from - b.from);
}
