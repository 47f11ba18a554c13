import type { Schemas } from '@busbar/client';
import { getRouteApi } from '@tanstack/react-router';
import { keepGiven } from '../../parts/keepGiven';
import { WireLog } from '../wire/WireLog';

const route = getRouteApi('/shell/stations/$stationId');

export default function WireTab({ station }: { station: Schemas['Station'] }) {
  const { q, direction, day } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <WireLog
      stationId={station.station_id}
      filter={keepGiven({ q, direction, day })}
      onFilter={(filter) => void navigate({ search: keepGiven({ tab: 'wire' as const, ...filter }) })}
    />
  );
}
