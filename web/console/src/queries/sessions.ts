import { type Schemas, take } from '@busbar/client';
import { ApiProblem } from '@busbar/kit';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

export interface SessionSearch {
  state?: 'open' | 'closed';
  station?: string;
  site?: string;
  token?: string;
  driver?: string;
  from?: string;
  to?: string;
  sort?: string;
  after?: string;
}

/** Most values of one series that a curve is drawn from. */
const CURVE_POINTS = 1_200;

const at = (sessionId: string) => ({ path: { session_id: sessionId } });

function filterOf(search: SessionSearch) {
  return {
    ...(search.state && { is_open: search.state === 'open' }),
    ...(search.station && { station_id: search.station }),
    ...(search.site && { site_id: search.site }),
    ...(search.token && { id_token: search.token }),
    ...(search.driver && { driver_id: search.driver }),
    ...(search.from && { since: search.from }),
    ...(search.to && { until: search.to }),
    ...(search.sort && { sort: search.sort as Schemas['SessionSort'] }),
  };
}

export function readSessions(search: SessionSearch, part: Part) {
  return take(api.GET('/api/v1/sessions', { params: { query: { ...filterOf(search), ...part } } }));
}

/** `limit` makes it a part of another page: then the number of all is not counted. */
export function useSessions(search: SessionSearch, limit?: number) {
  const { after } = search;
  const query = {
    ...(limit === undefined ? { with_total: true } : { limit }),
    ...filterOf(search),
    ...(after && { cursor: after }),
  };
  return useQuery({
    queryKey: ['sessions', query],
    queryFn: () => take(api.GET('/api/v1/sessions', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useSession(sessionId: string) {
  return useQuery({
    queryKey: ['session', sessionId],
    queryFn: () => take(api.GET('/api/v1/sessions/{session_id}', { params: at(sessionId) })),
  });
}

export function useCurve(sessionId: string) {
  return useQuery({
    queryKey: ['curve', sessionId],
    queryFn: () =>
      take(
        api.GET('/api/v1/sessions/{session_id}/curve', {
          params: { ...at(sessionId), query: { points: CURVE_POINTS } },
        }),
      ),
  });
}

/** The closed meter record; null while the session runs. */
export function useRecord(sessionId: string, isEnded: boolean) {
  return useQuery({
    queryKey: ['record', sessionId],
    enabled: isEnded,
    queryFn: async () => {
      try {
        return await take(api.GET('/api/v1/sessions/{session_id}/record', { params: at(sessionId) }));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** The parts of the transaction as the station told them. */
export function useSessionEvents(sessionId: string) {
  return useQuery({
    queryKey: ['session-events', sessionId],
    queryFn: () =>
      take(api.GET('/api/v1/sessions/{session_id}/events', { params: { ...at(sessionId), query: { limit: 500 } } })),
  });
}

function useSessionsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ['sessions', 'session', 'station', 'overview'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
}

export function useStartSession() {
  const changed = useSessionsChanged();
  return useMutation({
    mutationFn: (body: Schemas['SessionStartBody']) => take(api.POST('/api/v1/sessions', { body })),
    onSuccess: changed,
  });
}

export function useStopSession() {
  const changed = useSessionsChanged();
  return useMutation({
    mutationFn: (sessionId: string) => take(api.POST('/api/v1/sessions/{session_id}/stop', { params: at(sessionId) })),
    onSuccess: changed,
  });
}

export function useCloseSession() {
  const changed = useSessionsChanged();
  return useMutation({
    mutationFn: (sessionId: string) => take(api.POST('/api/v1/sessions/{session_id}/close', { params: at(sessionId) })),
    onSuccess: changed,
  });
}

export function readUnmatched(part: Part) {
  return take(api.GET('/api/v1/unmatched-parts', { params: { query: part } }));
}

export function useUnmatched(after?: string) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['unmatched', query],
    queryFn: () => take(api.GET('/api/v1/unmatched-parts', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}
