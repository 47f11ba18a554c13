import type { Schemas } from '@busbar/client';

type Session = Schemas['DriverSession'];

export interface Month {
  /** `2026-11`, in the reader's own zone. */
  key: string;
  at: Date;
  sessions: Session[];
  /** Whole Wh; null while sessions of this month may still be missing. */
  energyWh: number | null;
}

/** When a session was: its begin, or for one that never began, the wish for it. */
export function momentOf(session: Session): Date {
  return new Date(session.started_at ?? session.requested_at ?? 0);
}

/** Sessions, the newest first, by month. Of the last month more may follow, so its sum is not known until `isAll`. */
export function groupByMonth(sessions: Session[], isAll: boolean): Month[] {
  const months = new Map<string, Month>();
  for (const session of sessions) {
    const at = momentOf(session);
    const key = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`;
    const month = months.get(key) ?? {
      key,
      at: new Date(at.getFullYear(), at.getMonth(), 1),
      sessions: [],
      energyWh: 0,
    };
    month.sessions.push(session);
    month.energyWh = (month.energyWh ?? 0) + session.energy_wh;
    months.set(key, month);
  }
  const list = [...months.values()];
  const last = list[list.length - 1];
  if (last && !isAll) last.energyWh = null;
  return list;
}
