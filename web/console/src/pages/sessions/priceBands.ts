import type { Schemas } from '@busbar/client';
import { toMillis } from '@busbar/kit';
import type { ChartBand } from '@busbar/kit/chart';

type Line = Schemas['PriceLine'];

/** The kinds of line that hold for a stretch of time at a price of their own, the one that names the stretch first. */
const lasting: readonly Line['kind'][] = ['energy', 'time', 'parking', 'idle'];
/** The price of a unit: where electricity and service are priced apart, both. Added as whole numbers: money is exact. */
function addPrices(lines: readonly Line[]): string {
  const prices = lines.map(({ unit_price: price }) => price.split('.'));
  const digits = Math.max(0, ...prices.map(([, fraction = '']) => fraction.length));
  const sum = prices.reduce(
    (total, [whole = '', fraction = '']) => total + BigInt(whole + fraction.padEnd(digits, '0')),
    0n,
  );
  const figures = String(sum < 0n ? -sum : sum).padStart(digits + 1, '0');
  const point = figures.length - digits;
  return `${sum < 0n ? '-' : ''}${figures.slice(0, point)}${digits ? `.${figures.slice(point)}` : ''}`;
}

/** The stretches of a session at one price. Where lines lie over each other, energy names the stretch. */
export function priceBands(lines: readonly Line[], say: (line: Line, unitPrice: string) => string): ChartBand[] {
  const bands: ChartBand[] = [];
  for (const kind of lasting)
    for (const line of lines) {
      const from = toMillis(line.starts_at);
      const to = toMillis(line.ends_at);
      if (line.kind !== kind || from === null || to === null || to <= from) continue;
      if (bands.some((band) => from < band.to && band.from < to)) continue;
      const parts = lines.filter(
        (other) => other.kind === kind && toMillis(other.starts_at) === from && toMillis(other.ends_at) === to,
      );
      bands.push({ from, to, label: say(line, addPrices(parts)) });
    }
  return bands.sort((a, b) => a.from - b.from);
}
