import type { Schemas } from '@busbar/client';
import { distanceParts, Figure, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { formatRated } from '../../parts/rated';
import { availabilityLooks, availabilityOf, placeOf } from './availability';

const DOTS_MAX = 6;

/** One dot for each connector of a kind: a ring is free, a full one is taken. */
function Dots({ total, available }: { total: number; available: number }) {
  if (total > DOTS_MAX) return null;
  return (
    <span className="bd-dots" aria-hidden="true">
      {Array.from({ length: total }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the dots have no other name than their place
        <i key={index} data-free={index < available || undefined} />
      ))}
    </span>
  );
}

interface StationCardProps {
  station: Schemas['NearbyStation'];
  /** Distances are from where the driver stands. */
  hasDistance: boolean;
}

export function StationCard({ station, hasDistance }: StationCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const availability = availabilityOf(station);
  return (
    <Link
      to="/s/$stationId"
      params={{ stationId: station.station_id }}
      className="bd-card bd-station"
      data-testid="station-card"
      data-station-id={station.station_id}
    >
      <span className="bd-station-top">
        <strong>{station.name || station.station_id}</strong>
        {hasDistance && station.distance_m !== null && (
          <Figure parts={distanceParts(format.locale, station.distance_m)} />
        )}
      </span>
      <span className="bd-station-place">{placeOf(station)}</span>
      <span className="bd-station-state">
        <Mark {...availabilityLooks[availability]} pill>
          {t(`availability.${availability}`, { free: station.available_evses, total: station.total_evses })}
        </Mark>
      </span>
      <span className="bd-station-kinds">
        {station.connectors.map(({ kind, power_kind: powerKind, max_power_w: powerW, total, available }) => (
          <span key={`${kind}-${powerKind}-${powerW}`} className="bd-kind">
            <ConnectorIcon kind={kind} size={28} />
            <span>
              {t(`connector.${kind}`)}
              <small>{formatRated(format, powerW)}</small>
            </span>
            <Dots total={total} available={available} />
          </span>
        ))}
      </span>
    </Link>
  );
}
