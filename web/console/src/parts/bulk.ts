import type { Schemas } from '@busbar/client';
import type { Permission } from '../queries/me';
import { newKey } from './newKey';

export type BulkName =
  | 'restart'
  | 'restartIdle'
  | 'inService'
  | 'outOfService'
  | 'askStatus'
  | 'accept'
  | 'block'
  | 'stop'
  | 'show'
  | 'hide'
  | 'applyTemplate';

export interface BulkAnswer {
  outcome: Schemas['Outcome'];
  /** The station's own word. */
  status: string | null;
}

/** What became of it at one row. */
export interface BulkResult extends Partial<Omit<BulkAnswer, 'outcome'>> {
  id: string;
  outcome: Schemas['Outcome'] | 'failed' | 'waiting';
  error?: unknown;
}

export interface BulkDeed {
  name: BulkName;
  needs: Permission;
  /** Done at each station of what is chosen. */
  ofStations?: boolean;
  /** Asked about before: it disturbs drivers. */
  isGrave?: boolean;
  /** What takes it back. */
  undo?: BulkName;
  send: (id: string, key: string) => Promise<BulkAnswer>;
}

/** What is asked for at the same time. */
const AT_ONCE = 6;

/** Do it at each, a few at a time; `onResult` hears of each. Ends early when `signal` says so. */
export async function runBulk(
  deed: Pick<BulkDeed, 'send'>,
  ids: readonly string[],
  onResult: (result: BulkResult) => void,
  { signal, makeKey = newKey }: { signal?: AbortSignal; makeKey?: () => string } = {},
): Promise<void> {
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      if (signal?.aborted) return;
      try {
        const { outcome, status } = await deed.send(id, makeKey());
        onResult({ id, outcome, status });
      } catch (error) {
        onResult({ id, outcome: 'failed', error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

export function isDone({ outcome }: BulkResult): boolean {
  return outcome === 'accepted';
}
