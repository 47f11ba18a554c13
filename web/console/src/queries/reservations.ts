import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Kept } from './back';
import type { Part } from './parts';

export interface ReservationSearch {
  state?: Schemas['ReservationState'];
  station?: string;
  after?: string;
}

const filterOf = ({ state, station }: ReservationSearch) => ({
  ...(state && { state }),
  ...(station && { station_id: station }),
});

export function readReservations(search: ReservationSearch, part: Part) {
  return take(api.GET('/api/v1/reservations', { params: { query: { ...filterOf(search), ...part } } }));
}

export function useReservations(search: ReservationSearch) {
  const { after } = search;
  const query = { with_total: true, ...filterOf(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['reservations', query],
    queryFn: () => take(api.GET('/api/v1/reservations', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useReserve() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ReservationBody']) => take(api.POST('/api/v1/reservations', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['reservations'] }),
  });
}

export function useCancelReservation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reservationId: string) =>
      take(
        api.POST('/api/v1/reservations/{reservation_id}/cancel', {
          params: { path: { reservation_id: reservationId } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['reservations'] }),
  });
}

export function useReservationRules() {
  return useQuery({
    queryKey: ['reservation-rules'],
    queryFn: () => take(api.GET('/api/v1/reservation-rules')),
  });
}

const ruleNames = ['is_allowed', 'minutes_max', 'per_driver_max'] as const;

/** What drivers may reserve. */
export const keptRules: Kept<Schemas['ReservationRules'], (typeof ruleNames)[number]> = {
  names: ruleNames,
  keys: [['reservation-rules']],
  read: () => take(api.GET('/api/v1/reservation-rules')),
  write: (_, body) => take(api.PUT('/api/v1/reservation-rules', { body })),
};

export function useSetReservationRules() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ReservationRulesBody']) => take(api.PUT('/api/v1/reservation-rules', { body })),
    onSuccess: (rules) => client.setQueryData(['reservation-rules'], rules),
  });
}
