import type { Schemas } from '@busbar/client';
import type { Shape, Tone } from '@busbar/kit';

export type Availability = 'free' | 'busy' | 'offline';

export const availabilityLooks: Record<Availability, { tone: Tone; shape: Shape }> = {
  free: { tone: 'good', shape: 'ring' },
  busy: { tone: 'info', shape: 'half' },
  offline: { tone: 'idle', shape: 'broken' },
};

/** Whether a driver who goes there now would find a place. */
export function availabilityOf(station: Pick<Schemas['NearbyStation'], 'is_online' | 'available_evses'>): Availability {
  if (!station.is_online) return 'offline';
  return station.available_evses > 0 ? 'free' : 'busy';
}

/** Where a station stands, in one line; what repeats the name is left out. */
export function placeOf(station: {
  name?: string | null;
  station_name?: string | null;
  site_name: string | null;
  address: string;
  city: string;
}): string {
  const name = station.name ?? station.station_name;
  const parts = [station.site_name, station.address, station.city].filter((part) => part && part !== name);
  return [...new Set(parts)].join(', ');
}
