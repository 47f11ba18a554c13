import type { Schemas } from '@busbar/client';
import { isCutOff, type LiveSession } from '../app/kept';

type Session = Schemas['DriverSession'];

/** By what a charge can end by itself. */
export type TargetMode = 'none' | 'energy' | 'soc' | 'time' | 'cost';

export interface TargetChoice {
  mode: TargetMode;
  /** Wh, thousandths of the battery, seconds from now, or whole minor units of money. */
  value: number;
}

interface Steps {
  least: number;
  most: number;
  step: number;
}

/** How far the buttons go, and in which steps. */
export const targetSteps: Record<Exclude<TargetMode, 'none'>, Steps> = {
  energy: { least: 1_000, most: 200_000, step: 1_000 },
  soc: { least: 100, most: 1_000, step: 50 },
  time: { least: 900, most: 12 * 3_600, step: 900 },
  cost: { least: 100, most: 50_000, step: 100 },
};

function roundUp(value: number, { least, most, step }: Steps): number {
  return Math.min(most, Math.max(least, Math.ceil(value / step) * step));
}

/** What is offered first: a little beyond where the charge is now, or what was chosen before. */
export function offerTarget(session: Session, mode: TargetMode): TargetChoice {
  const { target } = session;
  switch (mode) {
    case 'none':
      return { mode, value: 0 };
    case 'energy':
      return { mode, value: target?.energy_wh ?? roundUp(session.energy_wh + 10_000, targetSteps.energy) };
    case 'soc':
      return {
        mode,
        value: target?.soc_permille ?? roundUp(Math.max(800, (session.soc_permille ?? 0) + 50), targetSteps.soc),
      };
    case 'time':
      return { mode, value: 3_600 };
    case 'cost':
      return { mode, value: target?.cost ?? roundUp((session.cost?.gross ?? 0) + 500, targetSteps.cost) };
  }
}

/** One press on more or less, without leaving what is possible. */
export function moveTarget({ mode, value }: TargetChoice, direction: 1 | -1): TargetChoice {
  if (mode === 'none') return { mode, value };
  const { least, most, step } = targetSteps[mode];
  return { mode, value: Math.min(most, Math.max(least, value + direction * step)) };
}

/** By what this charge ends now. */
export function modeOf(session: Session): TargetMode {
  const { target } = session;
  if (!target) return 'none';
  if (target.energy_wh !== null) return 'energy';
  if (target.cost !== null) return 'cost';
  return target.soc_permille !== null ? 'soc' : 'time';
}

/** What the server is told. */
export function bodyOf({ mode, value }: TargetChoice): Schemas['StopTargetBody'] {
  switch (mode) {
    case 'none':
      return {};
    case 'energy':
      return { energy_wh: value };
    case 'soc':
      return { soc_permille: value };
    case 'time':
      return { after_s: value };
    case 'cost':
      return { cost: value };
  }
}

/** The battery of the car that charges: the driver's only one, or the only one with this connector. */
export function batteryOf(
  vehicles: readonly Schemas['OwnVehicle'][] | undefined,
  kind: Schemas['ConnectorKind'] | null,
): number | null {
  const [only, ...others] =
    vehicles?.length === 1 ? vehicles : (vehicles?.filter((each) => kind && each.connector_kind === kind) ?? []);
  return only && others.length === 0 ? only.battery_wh : null;
}

/** Before this much is delivered, a fee for the start makes a mean price that says nothing. */
const PRICED_WH = 1_000;

/** Wh that are still to come: to the energy, amount or battery level that was chosen, or to the full battery. */
function leftWh(session: LiveSession, batteryWh: number | null): number | null {
  const { target, cost, energy_wh: energyWh, soc_permille: soc } = session;
  if (target?.energy_wh) return target.energy_wh - energyWh;
  if (target?.cost)
    return cost && cost.gross > 0 && energyWh >= PRICED_WH
      ? ((target.cost - cost.gross) * energyWh) / cost.gross
      : null;
  if (soc === null || batteryWh === null) return null;
  return (batteryWh * ((target?.soc_permille ?? 1_000) - soc)) / 1_000;
}

/**
 * Milliseconds at which the charge will be where it shall end, or the battery full, at the power that was told last;
 * null where nobody can tell.
 */
export function expectEnd(session: LiveSession, batteryWh: number | null): number | null {
  const { target, power_w: powerW, heardAt } = session;
  if (target?.stop_at) return Date.parse(target.stop_at);
  if (!powerW || powerW < 100 || isCutOff(session)) return null;
  const left = leftWh(session, batteryWh);
  return left === null || left <= 0 ? null : heardAt + (left / powerW) * 3_600_000;
}

/** How much of what was chosen is there, 0 to 1; null where it cannot be told. */
export function shareDone(session: Session): number | null {
  const { target } = session;
  if (target?.energy_wh) return Math.min(1, session.energy_wh / target.energy_wh);
  if (target?.cost && session.cost) return Math.min(1, session.cost.gross / target.cost);
  if (target?.soc_permille && session.soc_permille !== null)
    return Math.min(1, session.soc_permille / target.soc_permille);
  return null;
}
