import type { Schemas } from '@busbar/client';
import { StateMark } from '@busbar/kit';

type Station = Schemas['Station'];

/** What of a station, or of one on a busbar, makes its state. */
type Standing = Pick<Station, 'registration' | 'is_online' | 'status'> & {
  evses: readonly { connectors: readonly { status: Station['status'] }[] }[];
};

/** A station as one state: where it stands with us first, then whether it is there, then what it does. */
export function stateOfStation(station: Standing): { kind: 'registration' | 'connector'; state: string } {
  if (station.registration !== 'accepted') return { kind: 'registration', state: station.registration };
  if (!station.is_online) return { kind: 'connector', state: 'offline' };
  const statuses = station.evses.flatMap(({ connectors }) => connectors.map(({ status }) => status));
  if (station.status === 'faulted' || statuses.includes('faulted')) return { kind: 'connector', state: 'faulted' };
  if (statuses.includes('charging')) return { kind: 'connector', state: 'charging' };
  if (station.status === 'unavailable') return { kind: 'connector', state: 'unavailable' };
  if (statuses.length && statuses.every((status) => status === statuses[0]))
    return { kind: 'connector', state: statuses[0] ?? 'unknown' };
  if (statuses.includes('available')) return { kind: 'connector', state: 'available' };
  return { kind: 'connector', state: statuses[0] ?? station.status };
}

export function StationStatus({ station, pill = false }: { station: Station; pill?: boolean }) {
  const { kind, state } = stateOfStation(station);
  return (
    <span data-testid={`station-status-${station.station_id}`} data-state={state}>
      <StateMark kind={kind} state={state} pill={pill} />
    </span>
  );
}
