import type { Schemas } from '@busbar/client';

/** Power of all that charges at a station now, in W. */
export function stationPowerW(station: Schemas['Station']): number {
  return station.evses.reduce((sum, { session }) => sum + (session?.power_w ?? 0), 0);
}
