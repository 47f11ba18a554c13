import { type Place, SiteMap } from '@busbar/kit/map';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import { useMapSource } from '../../queries/maps';
import type { Position } from '../../queries/stations';
import { availabilityLooks } from './availability';
import type { Group } from './groups';
import { PlaceCard } from './PlaceCard';

interface MapViewProps {
  groups: Group[];
  here: Position | null;
}

/** The places on the map; the stations of the one that was pressed stand below it. */
export default function MapView({ groups, here }: MapViewProps) {
  const { t } = useTranslation();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const places = useMemo<Place[]>(
    () =>
      groups.map(({ id, name, latitude, longitude, availability, free, total }) => ({
        id,
        name,
        latitude,
        longitude,
        ...availabilityLooks[availability],
        state: t(`availability.${availability}`, { free, total, count: free }),
      })),
    [groups, t],
  );
  const { data: source, isPending } = useMapSource();
  const selected = groups.find(({ id }) => id === selectedId);
  return (
    <div className="bd-map" data-testid="station-map">
      {!isPending && (
        <SiteMap
          places={places}
          selectedId={selectedId}
          onSelect={setSelectedId}
          here={here}
          heightPx="100%"
          label={t('nearby.mapLabel')}
          {...(source && { source })}
        />
      )}
      {selected && (
        <div className="bd-map-panel">
          <button
            type="button"
            className="bd-round bd-raised"
            aria-label={t('action.close')}
            onClick={() => setSelectedId(null)}
          >
            <Icon name="close" />
          </button>
          <PlaceCard place={selected} hasDistance={here !== null} />
        </div>
      )}
    </div>
  );
}
