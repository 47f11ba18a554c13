import type { Schemas } from '@busbar/client';
import { minorDigits } from '@busbar/kit';

type ConnectorKind = Schemas['ConnectorKind'];

/** The kinds that a driver can look for, the most common first. */
export const connectorKinds = [
  'type2',
  'ccs2',
  'gbt_ac',
  'gbt_dc',
  'nacs',
  'chademo',
  'type1',
  'ccs1',
  'domestic',
] as const satisfies readonly ConnectorKind[];

/** Least powers to choose from, in W. */
export const powerSteps = [11_000, 22_000, 50_000, 150_000] as const;

const ORDINARY_STEPS = [10, 15, 20, 25] as const;
const STEPS: Readonly<Record<string, readonly number[]>> = {
  CNY: [20, 30, 40, 60],
  JPY: [1_500, 2_000, 2_500, 3_000],
  KRW: [10_000, 15_000, 20_000, 25_000],
};

/** Most prices of the example to choose from, in minor units: amounts as one says them in that currency. */
export function priceSteps(currency: string): number[] {
  return (STEPS[currency] ?? ORDINARY_STEPS).map((amount) => amount * 10 ** minorDigits(currency));
}

/** The most that the example may cost, as it stands in the address: `EUR2000`. */
export function readPrice(text: string | undefined): { currency: string; most: number } | null {
  const found = /^([A-Z]{3})(\d{1,9})$/.exec(text ?? '');
  return found?.[1] && found[2] ? { currency: found[1], most: Number(found[2]) } : null;
}

export interface NearbySearch {
  view?: 'map';
  kind?: ConnectorKind;
  power?: number;
  free?: true;
  mine?: true;
  open?: true;
  price?: string;
  q?: string;
}

/** Read the address of the search page; what it does not know is left out. */
export function readNearby(raw: Record<string, unknown>): NearbySearch {
  const kind = connectorKinds.find((known) => known === raw.kind);
  const power = powerSteps.find((known) => known === Number(raw.power));
  const text = typeof raw.q === 'string' ? raw.q.trim().slice(0, 100) : typeof raw.q === 'number' ? String(raw.q) : '';
  return {
    ...(raw.view === 'map' && { view: 'map' as const }),
    ...(kind && { kind }),
    ...(power && { power }),
    ...(raw.free === true && { free: true as const }),
    ...(raw.mine === true && { mine: true as const }),
    ...(raw.open === true && { open: true as const }),
    ...(typeof raw.price === 'string' && readPrice(raw.price) && { price: raw.price }),
    ...(text && { q: text }),
  };
}

export interface SignInSearch {
  next?: string;
  mode?: 'in';
}

/** `next` is a place of this app, never another host: `//elsewhere` would be one. */
export function readSignIn(raw: Record<string, unknown>): SignInSearch {
  const next = typeof raw.next === 'string' && /^\/(?![/\\])/.test(raw.next) ? raw.next : undefined;
  return { ...(next && { next }), ...(raw.mode === 'in' && { mode: 'in' as const }) };
}

export interface PasswordSearch {
  email?: string;
}

/** Whose password was forgotten, as typed on the page before. */
export function readPassword(raw: Record<string, unknown>): PasswordSearch {
  const email = typeof raw.email === 'string' ? raw.email.slice(0, 254) : '';
  return { ...(email && { email }) };
}

export interface ReportSearch {
  station?: string;
  session?: string;
}

/** What a report is about. */
export function readReport(raw: Record<string, unknown>): ReportSearch {
  const read = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 64) : '';
  const [station, session] = [read(raw.station), read(raw.session)];
  return { ...(station && { station }), ...(session && { session }) };
}
