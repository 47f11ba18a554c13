import { take } from '@busbar/client';
import { api } from '../../app/server';
import type { BulkDeed } from '../../parts/bulk';

/** What can be done with many sessions at once. */
export const sessionDeeds: readonly BulkDeed[] = [
  {
    name: 'stop',
    needs: 'control',
    isGrave: true,
    send: async (sessionId) => {
      await take(api.POST('/api/v1/sessions/{session_id}/stop', { params: { path: { session_id: sessionId } } }));
      return { outcome: 'accepted', status: null };
    },
  },
];
