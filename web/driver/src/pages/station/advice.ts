import type { Schemas } from '@busbar/client';

type Evse = Schemas['DriverEvse'];

/**
 * What to tell a driver who stands before an EVSE: what it is doing, and what to do first. `appFirst`: free, tap Start
 * and then connect the cable. `pluggedFirst`: the cable is in a car and nobody charges yet.
 */
export type Advice =
  | 'appFirst'
  | 'pluggedFirst'
  | 'finishing'
  | 'busy'
  | 'yours'
  | 'reserved'
  | 'reservedForYou'
  | 'faulted'
  | 'outOfService'
  | 'offline';

type Status = Schemas['ConnectorStatus'];

const DRAWING = new Set<Status>(['charging', 'suspended_ev', 'suspended_evse']);
const USED = new Set<Status>([...DRAWING, 'preparing', 'occupied', 'finishing', 'reserved']);

export function adviseStart(evse: Evse, isKept = false): Advice {
  if (isKept && evse.startability === 'reserved') return 'reservedForYou';
  switch (evse.startability) {
    case 'busy': {
      const statuses = evse.connectors.map(({ status }) => status);
      return statuses.includes('finishing') && !statuses.some((status) => DRAWING.has(status)) ? 'finishing' : 'busy';
    }
    case 'yours':
    case 'reserved':
    case 'faulted':
    case 'offline':
      return evse.startability;
    case 'out_of_service':
      return 'outOfService';
    case 'ready': {
      const statuses = evse.connectors.map(({ status }) => status);
      return statuses.includes('preparing') || statuses.includes('occupied') ? 'pluggedFirst' : 'appFirst';
    }
  }
}

/** The word of an EVSE as a whole: of the connector in use, else of one that is free, else of what is wrong. */
export function statusOf(evse: Evse): Status | 'offline' {
  if (evse.startability === 'offline') return 'offline';
  const statuses = evse.connectors.map(({ status }) => status);
  return (
    statuses.find((status) => USED.has(status)) ??
    statuses.find((status) => status === 'available') ??
    statuses.find((status) => status !== 'unavailable') ??
    statuses[0] ??
    'unknown'
  );
}

/** The EVSE that the page speaks of: the one in the address, else the one of one's own charge, else the only one. */
export function chooseEvse(evses: Evse[], wanted: number | null): Evse | null {
  const named = evses.find(({ evse_id: id }) => id === wanted);
  if (named) return named;
  const own = evses.find(({ startability }) => startability === 'yours');
  if (own) return own;
  return evses.length === 1 ? (evses[0] ?? null) : null;
}

/** What is painted on the EVSE, else its number. */
export function labelOf(evse: Pick<Evse, 'evse_id' | 'connectors'>): string {
  const [only] = evse.connectors;
  return evse.connectors.length === 1 && only?.label ? only.label : String(evse.evse_id);
}

/** Where the phone's own map app finds it. */
export function mapAddress({ latitude, longitude }: { latitude: number; longitude: number }, name: string): string {
  const point = `${latitude},${longitude}`;
  const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
  return isApple
    ? `maps://?daddr=${point}&q=${encodeURIComponent(name)}`
    : `geo:${point}?q=${point}(${encodeURIComponent(name)})`;
}
