import type { Schemas } from '@busbar/client';

type Session = Schemas['DriverSession'];

export interface Month {
  /** `2026-11`, in the reader's own zone. */
  key: string;
  at: Date;
  sessions: Session[];
}

/** When a session was: its begin, or for one that never began, the wish for it. */
export function momentOf(session: Session): Date {
  return new Date(session.started_at ?? session.requested_at ?? 0);
}

/** Sessions, the newest first, by month. */
export function groupByMonth(sessions: Session[]): Month[] {
  const months = new Map<string, Month>();
  for (const session of sessions) {
    const at = momentOf(session);
    const key = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`;
    const month = months.get(key) ?? { key, at: new Date(at.getFullYear(), at.getMonth(), 1), sessions: [] };
    month.sessions.push(session);
    months.set(key, month);
  }
  return [...months.values()];
}
