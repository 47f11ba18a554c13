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

export function adviseStart(evse: Evse, isKept = false): Advice {
  if (isKept && evse.startability === 'reserved') return 'reservedForYou';
  switch (evse.startability) {
    case 'yours':
    case 'busy':
    case 'reserved':
    case 'faulted':
    case 'offline':
      return evse.startability;
    case 'out_of_service':
      return 'outOfService';
    case 'ready': {
      const statuses = evse.connectors.map(({ status }) => status);
      if (statuses.includes('preparing') || statuses.includes('occupied')) return 'pluggedFirst';
      if (statuses.includes('finishing')) return 'finishing';
      return 'appFirst';
    }
  }
}

/** The word of an EVSE as a whole: that of the connector that is in use, else of the first. */
export function statusOf(evse: Evse): Schemas['ConnectorStatus'] | 'offline' {
  if (evse.startability === 'offline') return 'offline';
  const used = evse.connectors.find(({ status }) => status !== 'available' && status !== 'unavailable');
  return used?.status ?? evse.connectors[0]?.status ?? 'unknown';
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
