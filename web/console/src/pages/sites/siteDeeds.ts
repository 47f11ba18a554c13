import { take } from '@busbar/client';
import { api } from '../../app/server';
import type { BulkDeed } from '../../parts/bulk';
import { stationDeeds } from '../stations/stationDeeds';

function show(isPublic: boolean): BulkDeed['send'] {
  return async (siteId) => {
    await take(
      api.PATCH('/api/v1/sites/{site_id}', { params: { path: { site_id: siteId } }, body: { is_public: isPublic } }),
    );
    return { outcome: 'accepted', status: null };
  };
}

/** What can be done with many sites at once: with themselves, or with every station there. */
export const siteDeeds: readonly BulkDeed[] = [
  { name: 'show', needs: 'manage_network', undo: 'hide', send: show(true) },
  { name: 'hide', needs: 'manage_network', undo: 'show', send: show(false) },
  ...stationDeeds.filter(({ needs }) => needs === 'control').map((deed) => ({ ...deed, ofStations: true })),
];
