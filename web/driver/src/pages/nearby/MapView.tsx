import type { Schemas } from '@busbar/client';
import { type Place, SiteMap } from '@busbar/kit/map';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Position } from '../../queries/stations';
import { availabilityLooks, availabilityOf } from './availability';
import { StationCard } from './StationCard';

interface MapViewProps {
  stations: Schemas['NearbyStation'][];
  here: Position | null;
}

/** The stations on the map; the one that was pressed is told below it. */
export default function MapView({ stations, here }: MapViewProps) {
  const { t } = useTranslation();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const places = useMemo<Place[]>(
    () =>
      stations.map((station) => {
        const availability = availabilityOf(station);
        return {
          id: station.station_id,
          name: station.name || station.station_id,
          latitude: station.latitude,
          longitude: station.longitude,
          ...availabilityLooks[availability],
          state: t(`availability.${availability}`, { free: station.available_evses, total: station.total_evses }),
        };
      }),
    [stations, t],
  );
  const selected = stations.find(({ station_id: id }) => id === selectedId);
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
        <div className="bd-map-card">
          <StationCard station={selected} hasDistance={here !== null} />
        </div>
      )}
    </div>
  );
}
