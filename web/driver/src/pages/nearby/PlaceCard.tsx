import type { Schemas } from '@busbar/client';
import { distanceParts, Figure, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { formatRated } from '../../parts/rated';
import { availabilityLooks, availabilityOf } from './availability';
import type { Group } from './groups';

type Station = Schemas['NearbyStation'];

function StationRow({ station }: { station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  const availability = availabilityOf(station);
  const { available_evses: free, total_evses: total } = station;
  return (
    <Link
      to="/s/$stationId"
      params={{ stationId: station.station_id }}
      className="bd-station"
      data-testid="station-card"
      data-station-id={station.station_id}
      data-availability={availability}
    >
      <span className="bd-station-name">
        <strong>{station.name || station.station_id}</strong>
        <span className="bd-station-kinds">
          {station.connectors.map(({ kind, power_kind: powerKind, max_power_w: powerW }) => (
            <span key={`${kind}-${powerKind}-${powerW}`} className="bd-kind">
              <ConnectorIcon kind={kind} size={24} />
              <span>
                {t(`connector.${kind}`)} <b>{formatRated(format, powerW)}</b>
              </span>
            </span>
          ))}
        </span>
      </span>
      <Mark {...availabilityLooks[availability]} pill>
        {t(`availability.${availability}`, { free, total, count: free })}
      </Mark>
    </Link>
  );
}

interface PlaceCardProps {
  place: Group;
  /** Distances are from where the driver stands. */
  hasDistance: boolean;
}

/** A place and its stations, as they hang from its busbar. */
export function PlaceCard({ place, hasDistance }: PlaceCardProps) {
  const { locale } = useFormat();
  const [nearest] = place.stations;
  return (
    <article className="bd-card bd-place" data-testid="place-card">
      <header>
        <h2>{place.name}</h2>
        {hasDistance && nearest && nearest.distance_m !== null && (
          <Figure parts={distanceParts(locale, nearest.distance_m)} />
        )}
        {place.address && <p>{place.address}</p>}
      </header>
      <ul>
        {place.stations.map((station) => (
          <li key={station.station_id}>
            <StationRow station={station} />
          </li>
        ))}
      </ul>
    </article>
  );
}
