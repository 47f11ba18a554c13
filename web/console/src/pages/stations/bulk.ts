import { type Schemas, take } from '@busbar/client';
import { api } from '../../app/server';
import type { Permission } from '../../queries/me';

export type BulkName = 'restart' | 'restartIdle' | 'inService' | 'outOfService' | 'askStatus' | 'accept' | 'block';

/** What became of it at one station. */
export interface BulkResult {
  stationId: string;
  outcome: Schemas['Outcome'] | 'failed' | 'waiting';
  /** The station's own word. */
  status?: string | null;
  error?: unknown;
}

export interface BulkDeed {
  name: BulkName;
  needs: Permission;
  /** Asked about before: it disturbs drivers. */
  isGrave?: boolean;
  /** What takes it back. */
  undo?: BulkName;
  send: (stationId: string, key: string) => Promise<{ outcome: Schemas['Outcome']; status: string | null }>;
}

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

export const bulkDeeds: readonly BulkDeed[] = [
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
  { name: 'accept', needs: 'manage_network', undo: 'block', send: register('accepted') },
  { name: 'block', needs: 'manage_network', isGrave: true, undo: 'accept', send: register('blocked') },
];

/** Stations that are asked at the same time. */
const AT_ONCE = 6;

/** Do it at each station, a few at a time; `onResult` hears of each. Ends early when `signal` says so. */
export async function runBulk(
  deed: Pick<BulkDeed, 'send'>,
  stationIds: readonly string[],
  onResult: (result: BulkResult) => void,
  { signal, newKey = () => crypto.randomUUID() }: { signal?: AbortSignal; newKey?: () => string } = {},
): Promise<void> {
  const waiting = stationIds.values();
  const work = async () => {
    for (const stationId of waiting) {
      if (signal?.aborted) return;
      try {
        const { outcome, status } = await deed.send(stationId, newKey());
        onResult({ stationId, outcome, status });
      } catch (error) {
        onResult({ stationId, outcome: 'failed', error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

export function isDone({ outcome }: BulkResult): boolean {
  return outcome === 'accepted';
}
