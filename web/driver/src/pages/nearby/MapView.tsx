import type { Schemas } from '@busbar/client';
import { type Place, SiteMap } from '@busbar/kit/map';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import type { Position } from '../../queries/stations';
import { availabilityLooks } from './availability';
import { groupByPlace } from './groups';
import { StationCard } from './StationCard';

interface MapViewProps {
  stations: Schemas['NearbyStation'][];
  here: Position | null;
}

/** The places on the map; the stations of the one that was pressed stand below it. */
export default function MapView({ stations, here }: MapViewProps) {
  const { t } = useTranslation();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const groups = useMemo(() => groupByPlace(stations), [stations]);
  const places = useMemo<Place[]>(
    () =>
      groups.map(({ id, name, latitude, longitude, availability, free, total }) => ({
        id,
        name,
        latitude,
        longitude,
        ...availabilityLooks[availability],
        state: t(`availability.${availability}`, { free, total }),
      })),
    [groups, t],
  );
  const selected = groups.find(({ id }) => id === selectedId);
  return (
    <div className="bd-map" data-testid="station-map">
      <SiteMap
        places={places}
        selectedId={selectedId}
        onSelect={setSelectedId}
        here={here}
        heightPx="100%"
        label={t('nearby.mapLabel')}
      />
      {selected && (
        <section className="bd-map-cards" aria-label={selected.name}>
          <button
            type="button"
            className="bd-round bd-raised"
            aria-label={t('action.close')}
            onClick={() => setSelectedId(null)}
          >
            <Icon name="close" />
          </button>
          <ul>
            {selected.stations.map((station) => (
              <li key={station.station_id}>
                <StationCard station={station} hasDistance={here !== null} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
