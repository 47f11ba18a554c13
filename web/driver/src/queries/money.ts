import { type Schemas, take } from '@busbar/client';
import { ApiProblem } from '@busbar/kit';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

const meta = { isPersonal: true };
const QUOTE_FRESH_MILLIS = 60_000;

/** What a charge costs that begins there now; null where no tariff holds and charging is free. */
export function quoteQuery(stationId: string, evseId: number | null, isSignedIn: boolean) {
  return queryOptions({
    queryKey: ['quote', stationId, evseId, isSignedIn],
    queryFn: async ({ signal }): Promise<Schemas['Quote'] | null> => {
      try {
        return await take(
          api.GET('/api/v1/driver/stations/{station_id}/quote', {
            params: { path: { station_id: stationId }, query: { evse_id: evseId } },
            signal,
          }),
        );
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.status === 404) return null;
        throw problem;
      }
    },
    staleTime: QUOTE_FRESH_MILLIS,
    meta,
  });
}

/** What it costs to have a place kept for so many minutes; null where that is free. */
export function reservationCostQuery(stationId: string, evseId: number, minutes: number) {
  return queryOptions({
    queryKey: ['quote', stationId, evseId, 'reserve', minutes],
    queryFn: async ({ signal }): Promise<Schemas['Quote'] | null> => {
      try {
        return await take(
          api.GET('/api/v1/driver/stations/{station_id}/quote', {
            params: { path: { station_id: stationId }, query: { evse_id: evseId, reserve_min: minutes } },
            signal,
          }),
        );
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.status === 404) return null;
        throw problem;
      }
    },
    staleTime: QUOTE_FRESH_MILLIS,
    meta,
  });
}

/** What one of the driver's own sessions costs, line by line. */
export function priceQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['session', sessionId, 'price'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/sessions/{session_id}/price', { params: { path: { session_id: sessionId } }, signal }),
      ),
    meta,
  });
}

/** One's own money here. */
export const walletQuery = queryOptions({
  queryKey: ['wallet'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/wallet', { signal })),
  meta,
});

const ENTRY_ROWS = 30;

/** What moved in one's own wallet, the newest first. */
export const entriesQuery = infiniteQueryOptions({
  queryKey: ['wallet', 'entries'],
  queryFn: ({ pageParam, signal }) =>
    take(
      api.GET('/api/v1/driver/wallet/entries', {
        params: { query: { limit: ENTRY_ROWS, ...(pageParam && { cursor: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page: Schemas['WalletEntryPage']) => page.next_cursor,
  meta,
});

/** One's own coupons, the newest first. */
export const couponsQuery = queryOptions({
  queryKey: ['coupons'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/coupons', { signal })),
  meta,
});

export function redeemCoupon(code: string): Promise<Schemas['OwnCouponList']> {
  return take(api.POST('/api/v1/driver/coupons', { body: { code } }));
}

/** The plans that one may join, and those one is a member of. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/plans', { signal })),
  meta,
});

const plan = (planId: string) => ({ params: { path: { plan_id: planId } } });

export function joinPlan(planId: string): Promise<Schemas['OwnPlanList']> {
  return take(api.POST('/api/v1/driver/plans/{plan_id}/join', plan(planId)));
}

export function leavePlan(planId: string): Promise<Schemas['OwnPlanList']> {
  return take(api.POST('/api/v1/driver/plans/{plan_id}/leave', plan(planId)));
}

/** Whether one's wallet is being closed; null: it is not. */
export const closingQuery = queryOptions({
  queryKey: ['wallet', 'closing'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/wallet/closing', { signal })),
  meta: { isPersonal: true },
});

export async function freezeWallet(isFrozen: boolean): Promise<void> {
  await (isFrozen ? take(api.POST('/api/v1/driver/wallet/freeze')) : take(api.POST('/api/v1/driver/wallet/unfreeze')));
}

/** Has the money paid out and the wallet closed; `key` is the same for every try. */
export async function closeWallet(body: Schemas['OwnWalletClosingBody'], key: string): Promise<void> {
  await take(api.POST('/api/v1/driver/wallet/close', { params: { header: { 'Idempotency-Key': key } }, body }));
}

export async function keepWallet(): Promise<void> {
  await take(api.POST('/api/v1/driver/wallet/closing/cancel'));
}
