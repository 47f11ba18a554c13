import type { Schemas } from '@busbar/client';
import { WireLog } from '../wire/WireLog';

export default function WireTab({ station }: { station: Schemas['Station'] }) {
  return <WireLog stationId={station.station_id} />;
}
