import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

export interface OfferSearch {
  q?: string;
  audience?: Schemas['Audience'];
  offer?: string;
  after?: string;
}

/** Most offers, plans that a choice holds. */
const ALL_ROWS = 200;

export function useOffers({ q, audience, after }: OfferSearch) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(audience && { audience }),
    ...(after && { cursor: after }),
  };
  return useQuery({
    queryKey: ['offers', query],
    queryFn: () => take(api.GET('/api/v1/offers', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Offers to choose from. */
export function useAllOffers() {
  return useQuery({
    queryKey: ['offers', 'all'],
    queryFn: async () => (await take(api.GET('/api/v1/offers', { params: { query: { limit: ALL_ROWS } } }))).items,
    staleTime: 30_000,
  });
}

export function useOffer(offerId: string | undefined) {
  return useQuery({
    queryKey: ['offer', offerId],
    enabled: offerId !== undefined,
    queryFn: () => take(api.GET('/api/v1/offers/{offer_id}', { params: { path: { offer_id: offerId ?? '' } } })),
  });
}

export function useSaveOffer(offerId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['OfferBody']) =>
      offerId === undefined
        ? take(api.POST('/api/v1/offers', { body }))
        : take(api.PUT('/api/v1/offers/{offer_id}', { params: { path: { offer_id: offerId } }, body })),
    onSuccess: async (offer) => {
      client.setQueryData(['offer', offer.offer_id], offer);
      await client.invalidateQueries({ queryKey: ['offers'] });
    },
  });
}

/** A receipt without and with an offer; null: there is nothing to show yet. */
export function useOfferPreview(body: Schemas['OfferPreviewBody'] | null) {
  return useQuery({
    queryKey: ['offer-preview', body],
    enabled: body !== null,
    queryFn: () => take(api.POST('/api/v1/offers/preview', { body: body as Schemas['OfferPreviewBody'] })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const couponFilter = ({ q, offer }: OfferSearch) => ({ ...(q && { q }), ...(offer && { offer_id: offer }) });

export function readCoupons(search: OfferSearch, part: Part) {
  return take(api.GET('/api/v1/coupons', { params: { query: { ...couponFilter(search), ...part } } }));
}

export function useCoupons(search: OfferSearch) {
  const { after } = search;
  const query = { with_total: true, ...couponFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['coupons', query],
    queryFn: () => take(api.GET('/api/v1/coupons', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useCouponUses(couponId: string | undefined) {
  return useQuery({
    queryKey: ['coupons', 'uses', couponId],
    enabled: couponId !== undefined,
    queryFn: () =>
      take(
        api.GET('/api/v1/coupons/{coupon_id}/uses', {
          params: { path: { coupon_id: couponId ?? '' }, query: { limit: ALL_ROWS } },
        }),
      ),
  });
}

export function useMakeCoupons() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['CouponBatchBody']) => take(api.POST('/api/v1/coupons/batch', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['coupons'] }),
  });
}

export function useEndCoupon() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (couponId: string) =>
      take(api.POST('/api/v1/coupons/{coupon_id}/end', { params: { path: { coupon_id: couponId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['coupons'] }),
  });
}

export function usePlans({ after }: OfferSearch) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['plans', query],
    queryFn: () => take(api.GET('/api/v1/plans', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Plans to choose from. */
export function usePlanOptions(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['plans', 'all'],
    queryFn: async () => (await take(api.GET('/api/v1/plans', { params: { query: { limit: ALL_ROWS } } }))).items,
    staleTime: 30_000,
  });
  return (data ?? []).map(({ plan_id: value, name: label }) => ({ value, label }));
}

export function useSavePlan(planId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['PlanBody']) =>
      planId === undefined
        ? take(api.POST('/api/v1/plans', { body }))
        : take(api.PUT('/api/v1/plans/{plan_id}', { params: { path: { plan_id: planId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['plans'] }),
  });
}

export function usePlanMembers(planId: string | undefined) {
  return useQuery({
    queryKey: ['plans', 'members', planId],
    enabled: planId !== undefined,
    queryFn: () =>
      take(
        api.GET('/api/v1/plans/{plan_id}/members', {
          params: { path: { plan_id: planId ?? '' }, query: { limit: ALL_ROWS, with_total: true } },
        }),
      ),
  });
}

/** Makes a driver a member of a plan, or ends that. */
export function useMembership(planId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ driverId, isMember }: { driverId: string; isMember: boolean }) =>
      isMember
        ? take(
            api.POST('/api/v1/plans/{plan_id}/members', {
              params: { path: { plan_id: planId } },
              body: { driver_id: driverId },
            }),
          )
        : take(
            api.DELETE('/api/v1/plans/{plan_id}/members/{driver_id}', {
              params: { path: { plan_id: planId, driver_id: driverId } },
            }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['plans'] }),
  });
}
