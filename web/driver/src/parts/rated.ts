import type { Format } from '@busbar/kit';

/** A rated power as it is painted on a station: `22 kW`, not `22.0 kW`. */
export function formatRated(format: Format, powerW: number): string {
  return powerW % 1_000 === 0 ? `${format.number(powerW / 1_000)}\u202fkW` : format.power(powerW);
}

/** A duration without seconds that nobody asks for once it is longer than a minute. */
export function roughDurationS(durationS: number | null): number | null {
  return durationS === null || durationS < 60 ? durationS : Math.round(durationS / 60) * 60;
}

/** Energy of an example in whole kWh: `30 kWh`. */
export function roundEnergy(format: Format, energyWh: number): string {
  return `${format.number(energyWh / 1_000)}\u202fkWh`;
}
