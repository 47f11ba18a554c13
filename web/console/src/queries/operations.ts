import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

/** As often as the server adds a point to its history. */
const REFRESH_MILLIS = 5_000;
/** A fact that is tried again is heard, or fails, within moments. */
const SETTLED_MILLIS = 700;

export type Operations = Schemas['Operations'];
export type HistoryPoint = Schemas['HistoryPoint'];
export type ParkedFact = Schemas['ParkedFact'];

/** How the installation is, now and over the last quarter of an hour. */
export function useOperations() {
  return useQuery({
    queryKey: ['operations'],
    queryFn: () => take(api.GET('/api/v1/operations')),
    refetchInterval: REFRESH_MILLIS,
    placeholderData: keepPreviousData,
  });
}

/** Facts that one of their listeners could not take. */
export function useParkedFacts({ after }: { after?: string }) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['parked-facts', query],
    queryFn: () => take(api.GET('/api/v1/operations/parked-facts', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MILLIS * 3,
  });
}

function pathOf({ fact_id, consumer }: ParkedFact) {
  return { params: { path: { fact_id, consumer } } };
}

function useSettled(delayMillis: number) {
  const client = useQueryClient();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, delayMillis));
    await Promise.all([
      client.invalidateQueries({ queryKey: ['parked-facts'] }),
      client.invalidateQueries({ queryKey: ['operations'] }),
    ]);
  };
}

export function useRetryParkedFact() {
  return useMutation({
    mutationFn: (fact: ParkedFact) =>
      take(api.POST('/api/v1/operations/parked-facts/{fact_id}/{consumer}/retry', pathOf(fact))),
    onSuccess: useSettled(SETTLED_MILLIS),
  });
}

export function useDropParkedFact() {
  return useMutation({
    mutationFn: (fact: ParkedFact) =>
      take(api.DELETE('/api/v1/operations/parked-facts/{fact_id}/{consumer}', pathOf(fact))),
    onSuccess: useSettled(0),
  });
}

export type ParkedParcel = Schemas['ParkedParcel'];

const PARCELS = '/api/v1/operations/parked-parcels';

/** Messages on their way to a core that none could handle. */
export function useParkedParcels() {
  return useQuery({
    queryKey: ['parked-parcels'],
    queryFn: () => take(api.GET(PARCELS)),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MILLIS * 3,
  });
}

/** What is in one of them. */
export function useParcelContent(parkedId: string) {
  return useQuery({
    queryKey: ['parked-parcels', parkedId],
    queryFn: () => take(api.GET(`${PARCELS}/{parked_id}`, { params: { path: { parked_id: parkedId } } })),
  });
}

export function useReplayParcel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (parkedId: string) =>
      take(api.POST(`${PARCELS}/{parked_id}/replay`, { params: { path: { parked_id: parkedId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['parked-parcels'] }),
  });
}

export function useDropParcel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ parkedId, reason }: { parkedId: string; reason: string }) =>
      take(api.POST(`${PARCELS}/{parked_id}/drop`, { params: { path: { parked_id: parkedId } }, body: { reason } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['parked-parcels'] }),
  });
}

export type Job = Schemas['Job'];

const DEAD_SHOWN = 50;

/** Jobs that were given up. */
export function useDeadJobs(isEnabled: boolean) {
  const query = { state: 'dead' as const, limit: DEAD_SHOWN, with_total: true };
  return useQuery({
    queryKey: ['dead-jobs'],
    enabled: isEnabled,
    queryFn: () => take(api.GET('/api/v1/jobs', { params: { query } })),
    refetchInterval: REFRESH_MILLIS * 3,
  });
}

function useJobSettled() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['dead-jobs'] });
}

/** Runs a job again at once. */
export function useRetryJob() {
  return useMutation({
    mutationFn: (jobId: string) =>
      take(api.POST('/api/v1/jobs/{job_id}/retry', { params: { path: { job_id: jobId } } })),
    onSettled: useJobSettled(),
  });
}

/** Forgets a job. */
export function useDropJob() {
  return useMutation({
    mutationFn: (jobId: string) => take(api.DELETE('/api/v1/jobs/{job_id}', { params: { path: { job_id: jobId } } })),
    onSettled: useJobSettled(),
  });
}
