import { useLive, useLiveState } from '@busbar/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { applyProgress, type Progress } from '../queries/progress';
import { setLineOpen } from './line';

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
] as const;

/** Keeps what the pages show of the driver's own sessions in step with what happens; renders nothing. */
export function LiveCache() {
  const client = useQueryClient();
  const { isLive } = useLiveState();
  const wasBroken = useRef(false);

  useEffect(() => {
    setLineOpen(isLive);
    if (isLive && wasBroken.current) void client.invalidateQueries();
    // What happened between the reading of a page and the opening of the line was told to nobody.
    else if (isLive) for (const key of ['session', 'sessions']) void client.invalidateQueries({ queryKey: [key] });
    wasBroken.current = !isLive;
    return () => setLineOpen(false);
  }, [isLive, client]);

  useLive<{ session_id?: string; station_id?: string }>(sessionEvents, (events) => {
    for (const { data } of events) {
      if (data.session_id) void client.invalidateQueries({ queryKey: ['session', data.session_id] });
      if (data.station_id) void client.invalidateQueries({ queryKey: ['station', data.station_id] });
    }
    for (const key of ['sessions', 'wallet']) void client.invalidateQueries({ queryKey: [key] });
  });

  useLive<Progress>(['SessionProgressed'], (events) =>
    applyProgress(
      client,
      events.map(({ data }) => data),
      Date.now(),
    ),
  );

  useLive<{ session_id?: string }>(['SessionPriced'], (events) => {
    for (const { data } of events)
      if (data.session_id) void client.invalidateQueries({ queryKey: ['receipt', data.session_id] });
  });

  useLive<{ station_id?: string }>(['ReservationHeld', 'ReservationEnded'], (events) => {
    void client.invalidateQueries({ queryKey: ['reservations'] });
    for (const { data } of events)
      if (data.station_id) void client.invalidateQueries({ queryKey: ['station', data.station_id] });
  });

  useLive(['Reset'], () => void client.invalidateQueries());

  return null;
}
