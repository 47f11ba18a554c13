import type { Schemas } from '@busbar/client';
import type { QueryClient } from '@tanstack/react-query';
import { keepSession, type LiveSession } from '../app/kept';

/** Live figures of a session as they come over the line. */
export interface Progress {
  session_id: string;
  at: string;
  energy_wh: number;
  /** What the station does not measure is left out. */
  power_w?: number | null;
  current_ma?: number | null;
  voltage_mv?: number | null;
  soc_permille?: number | null;
  charging_state?: Schemas['ChargingState'] | null;
}

/** Write the newest figures straight into what the pages show, without asking the server. */
export function applyProgress(client: QueryClient, told: Progress[], now: number): void {
  const newest = new Map(told.map((progress) => [progress.session_id, progress]));
  const update = (session: LiveSession): LiveSession => {
    const progress = newest.get(session.session_id);
    if (!progress || !session.is_open) return session;
    return {
      ...session,
      energy_wh: progress.energy_wh,
      power_w: progress.power_w ?? null,
      current_ma: progress.current_ma ?? null,
      voltage_mv: progress.voltage_mv ?? null,
      soc_permille: progress.soc_permille ?? null,
      charging_state: progress.charging_state ?? session.charging_state,
      last_sample_at: progress.at,
      heardAt: now,
    };
  };
  for (const sessionId of newest.keys()) {
    const before = client.getQueryData<LiveSession>(['session', sessionId]);
    if (!before) continue;
    const after = update(before);
    // The moment of the last whole reading stays: it decides when the whole is read again.
    const readAt = client.getQueryState(['session', sessionId])?.dataUpdatedAt;
    client.setQueryData(['session', sessionId], after, readAt ? { updatedAt: readAt } : undefined);
    keepSession(after);
  }
  client.setQueryData<LiveSession[]>(['sessions', 'active'], (sessions) => sessions?.map(update));
}
