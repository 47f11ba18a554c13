import type { Schemas } from '@busbar/client';

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

export interface NearbySearch {
  view?: 'map';
  kind?: ConnectorKind;
  power?: number;
  free?: true;
  mine?: true;
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
