import type { Schemas } from '@busbar/client';
import { distanceParts, Figure, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { OpenState } from '../../parts/OpenState';
import { formatRated, roundEnergy } from '../../parts/rated';
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
        <StationCost price={station.price} />
      </span>
      <Mark {...availabilityLooks[availability]} pill>
        {t(`availability.${availability}`, { free, total, count: free })}
      </Mark>
    </Link>
  );
}

/** What the same charge costs everywhere, so that stations can be compared. */
function StationCost({ price }: { price: Station['price'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!price || price.gross === 0)
    return (
      <span className="bd-station-price" data-testid="station-price">
        {t('price.free')}
      </span>
    );
  const amount = format.money(price.gross, price.currency);
  return (
    <span className="bd-station-price" data-testid="station-price" data-gross={price.gross}>
      <b>{price.is_from ? t('price.from', { amount }) : amount}</b>{' '}
      {t('price.forEnergy', { energy: roundEnergy(format, price.energy_wh) })}
    </span>
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
        {nearest && (
          <div className="bd-place-open">
            <OpenState place={nearest} />
          </div>
        )}
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
