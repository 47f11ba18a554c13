import type { Schemas } from '@busbar/client';
import { toMillis } from '@busbar/kit';

type StationEvent = Schemas['StationEvent'];
type Session = Schemas['Session'];
type Command = Schemas['StationCommand'];

/** A time during which something was one way. */
export interface Span {
  from: number;
  to: number;
  /** The API's word. */
  state: string;
  /** What the station said of it. */
  words?: string;
}

export interface SessionSpan {
  from: number;
  to: number;
  sessionId: string;
  evseId: number | null;
  energyWh: number;
  isOpen: boolean;
}

export interface Moment {
  at: number;
  kind: 'booted' | 'fault' | 'command' | 'told';
  words: string;
}

export interface Lane {
  evseId: number;
  connectorId: number;
  spans: Span[];
}

/** One day of a station on one axis. */
export interface Day {
  from: number;
  to: number;
  link: Span[];
  lanes: Lane[];
  sessions: SessionSpan[];
  moments: Moment[];
}

interface Told {
  /** In the order of time; those before `from` say how the day began. */
  events: readonly StationEvent[];
  sessions: readonly Session[];
  commands: readonly Command[];
  /** As the station stands: what did not change within what is known has been so since its own instant. */
  evses?: Schemas['Station']['evses'];
  from: number;
  to: number;
}

const MOMENTS_MOST = 300;
const OWN_TOPICS = new Set(['status', 'connected', 'disconnected', 'booted']);

function text(payload: StationEvent['payload'], name: string): string {
  const value = payload[name];
  return typeof value === 'string' ? value : '';
}

function number(payload: StationEvent['payload'], name: string): number | null {
  const value = payload[name];
  return typeof value === 'number' ? value : null;
}

/** Turns changes into spans within the day; what was before the first change is not known and not drawn. */
function toSpans(changes: readonly { at: number; state: string; words?: string }[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const [index, { at, state, words }] of changes.entries()) {
    const end = Math.min(to, changes[index + 1]?.at ?? to);
    const begin = Math.max(from, at);
    if (end > begin) spans.push({ from: begin, to: end, state, ...(words && { words }) });
  }
  return spans;
}

/** Puts what the station told, what was asked of it, and its sessions on one axis. */
export function tellDay({ events, sessions, commands, evses = [], from, to }: Told): Day {
  const links: { at: number; state: string }[] = [];
  const lanes = new Map<
    string,
    { evseId: number; connectorId: number; changes: { at: number; state: string; words?: string }[] }
  >();
  const moments: Moment[] = [];
  for (const { at: instant, topic, payload } of events) {
    const at = toMillis(instant);
    if (at === null || at >= to) continue;
    if (topic === 'connected') links.push({ at, state: 'online' });
    if (topic === 'disconnected') links.push({ at, state: 'offline' });
    if (topic === 'status') {
      const evseId = number(payload, 'evse_id') ?? 0;
      const connectorId = number(payload, 'connector_id') ?? 1;
      const key = `${evseId}.${connectorId}`;
      const lane = lanes.get(key) ?? { evseId, connectorId, changes: [] };
      const words = text(payload, 'info') || text(payload, 'error_code');
      lane.changes.push({ at, state: text(payload, 'status'), ...(words && { words }) });
      lanes.set(key, lane);
      if (at >= from && text(payload, 'status') === 'faulted') moments.push({ at, kind: 'fault', words });
    }
    if (at < from) continue;
    if (topic === 'booted') moments.push({ at, kind: 'booted', words: text(payload, 'reason') });
    if (!OWN_TOPICS.has(topic)) moments.push({ at, kind: 'told', words: topic });
  }
  for (const { evse_id: evseId, connectors } of evses)
    for (const { connector_id: connectorId, status, status_at: since } of connectors) {
      const key = `${evseId}.${connectorId}`;
      const at = toMillis(since);
      if (lanes.has(key)) continue;
      lanes.set(key, { evseId, connectorId, changes: at === null || at >= to ? [] : [{ at, state: status }] });
    }
  for (const { requested_at: instant, request } of commands) {
    const at = toMillis(instant);
    if (at !== null && at >= from && at < to) moments.push({ at, kind: 'command', words: request });
  }
  return {
    from,
    to,
    link: toSpans(links, from, to),
    lanes: [...lanes.values()]
      .toSorted((a, b) => a.evseId - b.evseId || a.connectorId - b.connectorId)
      .map(({ evseId, connectorId, changes }) => ({ evseId, connectorId, spans: toSpans(changes, from, to) })),
    sessions: sessions
      .flatMap((session) => {
        const begin = toMillis(session.started_at);
        const end = toMillis(session.ended_at) ?? to;
        if (begin === null || end <= from || begin >= to) return [];
        return [
          {
            from: Math.max(from, begin),
            to: Math.min(to, Math.max(end, begin)),
            sessionId: session.session_id,
            evseId: session.evse_id,
            energyWh: session.energy_wh,
            isOpen: session.is_open,
          },
        ];
      })
      .toSorted((a, b) => a.from - b.from),
    moments: moments.toSorted((a, b) => a.at - b.at).slice(-MOMENTS_MOST),
  };
}

/** Side of the smallest thing that everybody can press (WCAG 2.2, 2.5.8). */
const PRESS_PX = 24;

/**
 * The sessions whose bars can be pressed on a lane of this width, each bar lying over those before it. A bar of minutes on a
 * day's axis is a hair: those are for the eye, and the list under the lanes leads to them.
 */
export function pressable({ from, to, sessions }: Day, widthPx: number): ReadonlySet<string> {
  const pxPerMilli = widthPx / (to - from);
  const found = sessions.filter((session, index) => {
    const covered = sessions.slice(index + 1).map((later) => Math.max(session.from, later.from));
    return (Math.min(session.to, ...covered) - session.from) * pxPerMilli >= PRESS_PX;
  });
  return new Set(found.map(({ sessionId }) => sessionId));
}

const HOUR_MILLIS = 3_600_000;

/** Full hours within the day, a few hours apart so that their words have room. */
export function hoursOf(from: number, to: number, most: number): number[] {
  const step = [1, 2, 3, 4, 6, 12].find((hours) => (to - from) / (hours * HOUR_MILLIS) <= most) ?? 24;
  const hours: number[] = [];
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const stepMillis = step * HOUR_MILLIS;
  for (let at = Math.ceil((from - offset) / stepMillis) * stepMillis + offset; at < to; at += stepMillis)
    hours.push(at);
  return hours;
}
