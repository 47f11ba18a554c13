import { type Schemas, take } from '@busbar/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

export type OwnReservation = Schemas['OwnReservation'];

/** Whether drivers may reserve with this operator, and for how long. */
export const reservationRulesQuery = queryOptions({
  queryKey: ['reservation-rules'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/reservation-rules', { signal })),
  staleTime: 300_000,
});

export const reservationsQuery = queryOptions({
  queryKey: ['reservations'],
  queryFn: async ({ signal }) => (await take(api.GET('/api/v1/driver/reservations', { signal }))).items,
  meta: { isPersonal: true },
});

export function reserve(stationId: string, evseId: number, minutes: number, key: string): Promise<OwnReservation> {
  const body = { station_id: stationId, evse_id: evseId, duration_min: minutes };
  return take(api.POST('/api/v1/driver/reservations', { body, params: { header: { 'Idempotency-Key': key } } }));
}

export function cancelReservation(reservationId: string): Promise<OwnReservation> {
  const params = { path: { reservation_id: reservationId } };
  return take(api.POST('/api/v1/driver/reservations/{reservation_id}/cancel', { params }));
}

/** One's own open reservation at a station. */
export function findOpen(items: readonly OwnReservation[] | undefined, stationId: string): OwnReservation | null {
  return items?.find(({ is_open: isOpen, station_id: id }) => isOpen && id === stationId) ?? null;
}

const LOST_MILLIS = 120_000;

/** One's own newest reservation at a station, when the station has just refused it or given it up. */
export function findLost(items: readonly OwnReservation[] | undefined, stationId: string, now: number) {
  const newest = items?.find(({ station_id: id }) => id === stationId);
  if (!newest?.ended_at || now - Date.parse(newest.ended_at) > LOST_MILLIS) return null;
  return newest.state === 'refused' || newest.state === 'removed' ? newest.state : null;
}

/** Whether a reservation that is held keeps this EVSE for its driver. */
export function isKeptFor(reservation: OwnReservation | null, evseId: number): boolean {
  return reservation?.state === 'held' && (reservation.evse_id === null || reservation.evse_id === evseId);
}

const STEPS = [15, 30, 60, 120] as const;

/** For how long one may choose to reserve: a few round steps, and the longest that is allowed. */
export function offerMinutes(most: number): number[] {
  const offered = STEPS.filter((minutes) => minutes < most).slice(-2);
  return [...offered, most];
}
