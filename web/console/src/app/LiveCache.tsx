import { type Schemas, take } from '@busbar/client';
import { type LiveEvent, useLive, useLiveState } from '@busbar/kit';
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Calm } from './calm';
import { changeRows, LiveRows } from './liveRows';
import { patchQueries } from './patchQueries';
import { api } from './server';

/** Figures of a running session as they come over the live line. */
interface Progress {
  session_id: string;
  station_id: string;
  energy_wh?: number;
  power_w?: number | null;
  current_ma?: number | null;
  voltage_mv?: number | null;
  soc_permille?: number | null;
  charging_state?: Schemas['ChargingState'] | null;
}

interface About {
  station_id?: string;
  session_id?: string;
}

const stationEvents = [
  'StationRegistered',
  'StationRegistrationChanged',
  'StationOnline',
  'StationOffline',
  'StationBootAccepted',
  'ConnectorStatusChanged',
] as const;

const sessionEvents = [
  'SessionRequested',
  'SessionStartAccepted',
  'SessionFailed',
  'SessionStarted',
  'SessionStateChanged',
  'SessionStopRequested',
  'SessionStopRefused',
  'StopTargetChanged',
  'StopTargetReached',
  'SessionEnded',
  'SessionReopened',
  'SessionsJoined',
  'TariffFixed',
  'SessionPriced',
] as const;

const commandEvents = ['StationCommandRequested', 'StationCommandAnswered'] as const;

/** A page reads the same thing again no more often than this, however much happens. */
const CALM_MILLIS = 1_500;
/** A long list is read again as a whole no more often than this. */
const LIST_CALM_MILLIS = 10_000;
/** Rows of a long list that are read again at once. */
const ROWS_AT_ONCE = 12;

const readStation = (stationId: string) =>
  take(api.GET('/api/v1/stations/{station_id}', { params: { path: { station_id: stationId } } }));

function figuresOf(progress: Progress) {
  const { energy_wh, power_w, current_ma, voltage_mv, soc_permille, charging_state } = progress;
  const told = { energy_wh, power_w, current_ma, voltage_mv, soc_permille, charging_state };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

type SessionList = Schemas['SessionPage'];
type Station = Schemas['Station'];

/** Write the newest figures straight into what the pages show, without asking the server. */
export function applyProgress(client: QueryClient, progresses: Map<string, Progress>): void {
  patchQueries<SessionList>(client, { queryKey: ['sessions'] }, (list) => {
    if (!list.items.some(({ session_id: id }) => progresses.has(id))) return list;
    return {
      ...list,
      items: list.items.map((session) => {
        const progress = progresses.get(session.session_id);
        return progress && session.is_open ? { ...session, ...figuresOf(progress) } : session;
      }),
    };
  });
  for (const progress of progresses.values())
    patchQueries<Schemas['SessionDetail']>(
      client,
      { queryKey: ['session', progress.session_id], exact: true },
      (session) => (session.is_open ? { ...session, ...figuresOf(progress) } : session),
    );
  const stationIds = new Set([...progresses.values()].map(({ station_id: id }) => id));
  for (const id of stationIds)
    patchQueries<Station>(client, { queryKey: ['station', id], exact: true }, (station) =>
      withFigures(station, progresses),
    );
  changeRows(client, (station) => (stationIds.has(station.station_id) ? withFigures(station, progresses) : station));
  patchQueries<Schemas['Busbar'][]>(client, { queryKey: ['busbars'] }, (busbars) => movePower(busbars, progresses));
}

/** A station with the newest figures of its sessions; the same object where there are none. */
function withFigures(station: Station, progresses: Map<string, Progress>): Station {
  if (!station.evses.some(({ session }) => session && progresses.has(session.session_id))) return station;
  const evses = station.evses.map((evse) => {
    const progress = evse.session && progresses.get(evse.session.session_id);
    return evse.session && progress ? { ...evse, session: { ...evse.session, ...figuresOf(progress) } } : evse;
  });
  return { ...station, evses };
}

/** Busbars with the newest power of these sessions; what does not change stays the same object. */
function movePower(busbars: Schemas['Busbar'][], progresses: Map<string, Progress>): Schemas['Busbar'][] {
  const isMoved = ({ session_id: id }: Schemas['FeederEvse']) =>
    id !== null && progresses.get(id)?.power_w !== undefined;
  if (!busbars.some(({ feeders }) => feeders.some(({ evses }) => evses.some(isMoved)))) return busbars;
  return busbars.map((busbar) => ({
    ...busbar,
    feeders: busbar.feeders.map((feeder) =>
      feeder.evses.some(isMoved)
        ? {
            ...feeder,
            evses: feeder.evses.map((evse) =>
              isMoved(evse) ? { ...evse, power_w: progresses.get(evse.session_id ?? '')?.power_w ?? 0 } : evse,
            ),
          }
        : feeder,
    ),
  }));
}

type StationList = Schemas['StationPage'];

/** A sign of life moves the instant at which a station was last heard; nothing else about it has changed. */
export function applySeen(client: QueryClient, seen: Set<string>, at: string): void {
  const touch = (station: Station): Station =>
    seen.has(station.station_id) ? { ...station, last_seen_at: at } : station;
  const isList = ({ queryKey }: { queryKey: QueryKey }) => queryKey[1] !== 'options';
  patchQueries<StationList>(client, { queryKey: ['stations'], predicate: isList }, (list) =>
    list.items.some(({ station_id: id }) => seen.has(id)) ? { ...list, items: list.items.map(touch) } : list,
  );
  changeRows(client, touch);
  for (const id of seen) patchQueries<Station>(client, { queryKey: ['station', id], exact: true }, touch);
}

/** Keeps what the pages show in step with what happens; renders nothing. */
export function LiveCache() {
  const client = useQueryClient();
  const calm = useRef<Calm | null>(null);
  const listCalm = useRef<Calm | null>(null);
  const rows = useRef<LiveRows | null>(null);
  const { isLive } = useLiveState();
  const wasBroken = useRef(false);

  useEffect(() => {
    const readAgain = (key: readonly string[]) => void client.invalidateQueries({ queryKey: key });
    const made = new Calm(CALM_MILLIS, readAgain);
    const madeForLists = new Calm(LIST_CALM_MILLIS, readAgain);
    calm.current = made;
    listCalm.current = madeForLists;
    return () => {
      made.stop();
      madeForLists.stop();
    };
  }, [client]);

  useEffect(() => {
    const made = new LiveRows({ client, read: readStation, intervalMillis: CALM_MILLIS, most: ROWS_AT_ONCE });
    rows.current = made;
    return () => made.stop();
  }, [client]);

  useEffect(() => {
    if (isLive && wasBroken.current) void client.invalidateQueries();
    wasBroken.current = !isLive;
  }, [isLive, client]);

  useLive<About>([...stationEvents], (events) => {
    for (const { data, type } of events) {
      if (data.station_id) {
        calm.current?.want(['station', data.station_id], ['station-events', data.station_id]);
        rows.current?.want(data.station_id);
      }
      if (type === 'StationRegistered') calm.current?.want(['station-rows']);
    }
    calm.current?.want(['stations'], ['now'], ['overview'], ['sites'], ['site'], ['busbars']);
    listCalm.current?.want(['station-rows', 'filtered']);
  });

  useLive<About>([...sessionEvents], (events) => {
    for (const { data } of events) {
      if (data.session_id)
        calm.current?.want(
          ['session', data.session_id],
          ['curve', data.session_id],
          ['session-events', data.session_id],
          ['record', data.session_id],
          ['price', data.session_id],
        );
      if (data.station_id) {
        calm.current?.want(['station', data.station_id]);
        rows.current?.want(data.station_id);
      }
    }
    calm.current?.want(['sessions'], ['overview'], ['stations'], ['busbars'], ['now']);
  });

  useLive<Progress>(['SessionProgressed'], (events: LiveEvent<Progress>[]) => {
    const newest = new Map(events.map(({ data }) => [data.session_id, data]));
    applyProgress(client, newest);
    for (const sessionId of newest.keys()) calm.current?.want(['curve', sessionId]);
    calm.current?.want(['overview']);
  });

  useLive<About>(['CostProgressed'], (events) => {
    for (const { data } of events)
      if (data.session_id) calm.current?.want(['session', data.session_id], ['price', data.session_id]);
  });

  useLive(['TariffChanged'], () => calm.current?.want(['tariffs'], ['tariff'], ['assignments']));

  useLive<About>(['StationSeen'], (events) => {
    const seen = new Set(events.flatMap(({ data }) => data.station_id ?? []));
    applySeen(client, seen, new Date().toISOString());
  });

  useLive<About>([...commandEvents], (events) => {
    for (const { data } of events) if (data.station_id) calm.current?.want(['commands', data.station_id]);
  });

  useLive(['ReservationRequested', 'ReservationHeld', 'ReservationEnded'], () => calm.current?.want(['reservations']));
  useLive(['PartnerChanged', 'CdrMade'], () => calm.current?.want(['roaming']));
  useLive(['TokenChanged', 'TokenRemoved'], () => calm.current?.want(['tokens'], ['token'], ['groups']));
  useLive(['DriverRegistered', 'DriverStatusChanged', 'DriverErased'], () =>
    calm.current?.want(['drivers'], ['driver']),
  );
  useLive(['Reset'], () => void client.invalidateQueries());

  return null;
}
