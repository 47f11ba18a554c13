import { take } from '@busbar/client';
import { api } from '../../app/server';
import type { BulkDeed } from '../../parts/bulk';

const to = (stationId: string, key: string) => ({
  path: { station_id: stationId },
  header: { 'Idempotency-Key': key },
});

function register(registration: 'accepted' | 'blocked') {
  return async (stationId: string) => {
    await take(
      api.PUT('/api/v1/stations/{station_id}/registration', {
        params: { path: { station_id: stationId } },
        body: { registration },
      }),
    );
    return { outcome: 'accepted' as const, status: null };
  };
}

function serve(isOperative: boolean): BulkDeed['send'] {
  return (stationId, key) =>
    take(
      api.POST('/api/v1/stations/{station_id}/commands/availability', {
        params: to(stationId, key),
        body: { is_operative: isOperative },
      }),
    );
}

function restart(kind: 'immediate' | 'on_idle'): BulkDeed['send'] {
  return (stationId, key) =>
    take(api.POST('/api/v1/stations/{station_id}/commands/reset', { params: to(stationId, key), body: { kind } }));
}

/** What can be done with many stations at once. */
export const stationDeeds: readonly BulkDeed[] = [
  { name: 'restartIdle', needs: 'control', send: restart('on_idle') },
  { name: 'restart', needs: 'control', isGrave: true, send: restart('immediate') },
  { name: 'inService', needs: 'control', undo: 'outOfService', send: serve(true) },
  { name: 'outOfService', needs: 'control', isGrave: true, undo: 'inService', send: serve(false) },
  {
    name: 'askStatus',
    needs: 'control',
    send: (stationId, key) =>
      take(
        api.POST('/api/v1/stations/{station_id}/commands/trigger', {
          params: to(stationId, key),
          body: { topic: 'status' },
        }),
      ),
  },
  {
    name: 'applyTemplate',
    needs: 'manage_network',
    isGrave: true,
    send: (stationId, key) =>
      take(api.POST('/api/v1/stations/{station_id}/configuration/apply', { params: to(stationId, key) })),
  },
  { name: 'accept', needs: 'manage_network', undo: 'block', send: register('accepted') },
  { name: 'block', needs: 'manage_network', isGrave: true, undo: 'accept', send: register('blocked') },
];
