import type { BusbarFeeder } from '@busbar/kit/busbar';
import type { SiteBusbar } from '../../queries/busbars';
import { stateOfStation } from '../station/StationStatus';

/** The stations of a site in the words of the drawing. */
export function toFeeders({ feeders }: SiteBusbar): BusbarFeeder[] {
  return feeders.map((feeder) => ({
    id: feeder.station_id,
    name: feeder.name || feeder.station_id,
    ...stateOfStation(feeder),
    powerW: feeder.evses.reduce((sum, { power_w: powerW }) => sum + powerW, 0),
    ratedW: feeder.evses.reduce((sum, { rated_w: ratedW }) => sum + ratedW, 0),
    connectors: feeder.evses.flatMap(({ evse_id: evseId, connectors }) =>
      connectors.map(({ connector_id: connectorId, label, status }) => ({
        key: `${evseId}.${connectorId}`,
        label: label ?? String(evseId),
        state: status,
      })),
    ),
  }));
}
