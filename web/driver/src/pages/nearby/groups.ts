import type { Schemas } from '@busbar/client';
import { type Availability, availabilityOf } from './availability';

type Station = Schemas['NearbyStation'];

/** Stations that stand at one place: one mark on the map. */
export interface Group {
  id: string;
  name: string;
  address: string;
  latitude: number;
  longitude: number;
  stations: Station[];
  availability: Availability;
  free: number;
  total: number;
}

/** The whole place is free when one station is, and offline only when all are. */
function sumAvailability(stations: Station[]): Availability {
  const all = stations.map(availabilityOf);
  if (all.includes('free')) return 'free';
  return all.includes('busy') ? 'busy' : 'offline';
}

export function groupByPlace(stations: Station[]): Group[] {
  const places = new Map<string, Station[]>();
  for (const station of stations) {
    const key = station.site_id ?? station.station_id;
    places.set(key, [...(places.get(key) ?? []), station]);
  }
  return [...places].flatMap(([id, members]) => {
    const [first] = members;
    if (!first) return [];
    const online = members.filter(({ is_online: isOnline }) => isOnline);
    return [
      {
        id,
        name: first.site_name ?? (first.name || first.station_id),
        address: [first.address, first.city].filter(Boolean).join(', '),
        latitude: first.latitude,
        longitude: first.longitude,
        stations: members,
        availability: sumAvailability(members),
        free: online.reduce((sum, { available_evses: count }) => sum + count, 0),
        total: members.reduce((sum, { total_evses: count }) => sum + count, 0),
      },
    ];
  });
}
