import type { Schemas } from '@busbar/client';
import type { Shape, Tone } from '@busbar/kit';
import type { Place } from '@busbar/kit/map';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

type Site = Schemas['Site'];
type SiteLook = { tone: Tone; shape: Shape; word: 'faulted' | 'offline' | 'charging' | 'available' | 'idle' };

/** A site as one state: its worst trouble, else what it does. */
export function lookOfSite({ counts }: Site): SiteLook {
  if (counts.stations_faulted > 0 || counts.connectors_faulted > 0)
    return { tone: 'bad', shape: 'triangle', word: 'faulted' };
  if (counts.stations > 0 && counts.stations_online === 0) return { tone: 'warn', shape: 'broken', word: 'offline' };
  if (counts.connectors_charging > 0) return { tone: 'flow', shape: 'bolt', word: 'charging' };
  if (counts.connectors_available > 0) return { tone: 'good', shape: 'ring', word: 'available' };
  return { tone: 'idle', shape: 'slash', word: 'idle' };
}

/** Turns sites into places of the map. */
export function usePlaces(): (sites: readonly Site[]) => Place[] {
  const { t } = useTranslation();
  return useCallback(
    (sites) =>
      sites.flatMap((site) => {
        if (site.latitude === null || site.longitude === null) return [];
        const { tone, shape, word } = lookOfSite(site);
        return [
          {
            id: site.site_id,
            name: site.name,
            latitude: site.latitude,
            longitude: site.longitude,
            tone,
            shape,
            state: t(`site.state.${word}`),
          },
        ];
      }),
    [t],
  );
}
