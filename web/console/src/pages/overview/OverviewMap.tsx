import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LazyMap } from '../../parts/LazyMap';
import { usePlacedSites } from '../../queries/sites';
import { usePlaces } from '../sites/usePlaces';

/** The sites on the map; a press opens the site. */
export function OverviewMap({ heightPx }: { heightPx: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = usePlacedSites();
  const toPlaces = usePlaces();
  const places = useMemo(() => toPlaces(data ?? []), [toPlaces, data]);
  return (
    <LazyMap
      places={places}
      heightPx={heightPx}
      label={t('overview.mapLabel')}
      onSelect={(siteId) => void navigate({ to: '/sites/$siteId', params: { siteId } })}
    />
  );
}
