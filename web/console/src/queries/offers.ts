import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { anew, type Kept } from './back';
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
    ...anew,
    queryFn: () => take(api.GET('/api/v1/offers/{offer_id}', { params: { path: { offer_id: offerId ?? '' } } })),
  });
}

const offerNames = [
  'name',
  'audience',
  'subject',
  'currency',
  'site_ids',
  'terms',
  'valid_from',
  'valid_until',
] as const satisfies (keyof Schemas['OfferBody'])[];

const putOffer = (offerId: string, body: Schemas['OfferBody']) =>
  take(api.PUT('/api/v1/offers/{offer_id}', { params: { path: { offer_id: offerId } }, body }));

/** What is entered of an offer. */
export const keptOffer: Kept<Schemas['Offer'], (typeof offerNames)[number]> = {
  names: offerNames,
  keys: [['offers'], ['offer']],
  read: ({ offer_id: id }) => take(api.GET('/api/v1/offers/{offer_id}', { params: { path: { offer_id: id } } })),
  write: ({ offer_id: id }, body) => putOffer(id, body),
};

export function useSaveOffer(offerId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['OfferBody']) =>
      offerId === undefined ? take(api.POST('/api/v1/offers', { body })) : putOffer(offerId, body),
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

/** One coupon, wherever in the list it stands. */
export function useCoupon(couponId: string | undefined) {
  return useQuery({
    queryKey: ['coupons', 'one', couponId],
    enabled: couponId !== undefined,
    ...anew,
    queryFn: () => take(api.GET('/api/v1/coupons/{coupon_id}', { params: { path: { coupon_id: couponId ?? '' } } })),
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

/** One plan, wherever in the list it stands. */
export function usePlan(planId: string | undefined) {
  return useQuery({
    queryKey: ['plans', 'one', planId],
    enabled: planId !== undefined,
    ...anew,
    queryFn: () => take(api.GET('/api/v1/plans/{plan_id}', { params: { path: { plan_id: planId ?? '' } } })),
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

const planNames = [
  'name',
  'currency',
  'monthly_price',
  'monthly_minimum',
  'included_wh',
  'tax_permille',
  'is_open',
] as const satisfies (keyof Schemas['PlanBody'])[];

const putPlan = (planId: string, body: Schemas['PlanBody']) =>
  take(api.PUT('/api/v1/plans/{plan_id}', { params: { path: { plan_id: planId } }, body }));

/** What is entered of a plan. */
export const keptPlan: Kept<Schemas['Plan'], (typeof planNames)[number]> = {
  names: planNames,
  keys: [['plans']],
  read: ({ plan_id: id }) => take(api.GET('/api/v1/plans/{plan_id}', { params: { path: { plan_id: id } } })),
  write: ({ plan_id: id }, body) => putPlan(id, body),
};

export function useSavePlan(planId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['PlanBody']) =>
      planId === undefined ? take(api.POST('/api/v1/plans', { body })) : putPlan(planId, body),
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
