import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { anew } from './back';
import { save } from './documents';
import type { Part } from './parts';

const SETTLEMENT = 'settlement';

/** Everything of settlements is read again after a deed: one changes payees, pay-outs and the books alike. */
function useDeed<Given, Made>(mutationFn: (given: Given) => Promise<Made>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [SETTLEMENT] }),
        client.invalidateQueries({ queryKey: ['money'] }),
      ]),
  });
}

export interface SettlementSearch {
  state?: Schemas['SettlementState'];
  after?: string;
}

export function readSettlements({ state }: SettlementSearch, part: Part) {
  return take(api.GET('/api/v1/settlements', { params: { query: { ...(state && { state }), ...part } } }));
}

export function useSettlements({ state, after }: SettlementSearch) {
  const query = { with_total: true, ...(state && { state }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [SETTLEMENT, 'list', query],
    queryFn: () => take(api.GET('/api/v1/settlements', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Whether anything was ever settled; undefined: not known yet. */
export function useIsSettled(isAsked: boolean): boolean | undefined {
  const { data } = useQuery({
    queryKey: [SETTLEMENT, 'any'],
    enabled: isAsked,
    queryFn: () => take(api.GET('/api/v1/settlements', { params: { query: { limit: 1 } } })),
  });
  return data && data.items.length > 0;
}

export function useSettlement(settlementId: string) {
  return useQuery({
    queryKey: [SETTLEMENT, 'one', settlementId],
    queryFn: () =>
      take(api.GET('/api/v1/settlements/{settlement_id}', { params: { path: { settlement_id: settlementId } } })),
  });
}

export function useRun() {
  return useDeed((body: Schemas['SettlementRunBody']) => take(api.POST('/api/v1/settlements/run', { body })));
}

export type SettlementDeed =
  | { deed: 'approve' }
  | { deed: 'cancel' | 'returned'; reason: string }
  | { deed: 'paid'; paidOn: string };

export function useSettlementDeed() {
  return useDeed(({ settlementId, ...given }: SettlementDeed & { settlementId: string }) => {
    const params = { path: { settlement_id: settlementId } };
    if (given.deed === 'approve') return take(api.POST('/api/v1/settlements/{settlement_id}/approve', { params }));
    if (given.deed === 'paid')
      return take(api.POST('/api/v1/settlements/{settlement_id}/paid', { params, body: { paid_on: given.paidOn } }));
    const body = { reason: given.reason };
    return given.deed === 'cancel'
      ? take(api.POST('/api/v1/settlements/{settlement_id}/cancel', { params, body }))
      : take(api.POST('/api/v1/settlements/{settlement_id}/returned', { params, body }));
  });
}

export function saveStatement(
  { settlement_id, reference }: Schemas['Settlement'],
  kind: 'pdf' | 'csv',
  language: 'zh' | 'en' | 'it',
): Promise<void> {
  const path = { settlement_id };
  const asked =
    kind === 'pdf'
      ? take(
          api.GET('/api/v1/settlements/{settlement_id}/pdf', {
            params: { path, query: { language } },
            parseAs: 'blob',
          }),
        )
      : take(api.GET('/api/v1/settlements/{settlement_id}/csv', { params: { path }, parseAs: 'blob' }));
  return save(asked, `${reference}.${kind}`);
}

// ---- pay-outs -------------------------------------------------------------------------------------------------------

export function usePayouts() {
  return useQuery({
    queryKey: [SETTLEMENT, 'payouts'],
    queryFn: () => take(api.GET('/api/v1/payouts', { params: { query: { limit: 50 } } })),
  });
}

export function usePayout(payoutId: string | undefined) {
  return useQuery({
    queryKey: [SETTLEMENT, 'payout', payoutId],
    enabled: payoutId !== undefined,
    queryFn: () => take(api.GET('/api/v1/payouts/{payout_id}', { params: { path: { payout_id: payoutId ?? '' } } })),
  });
}

export function useMakePayout() {
  return useDeed((body: Schemas['PayoutBody']) => take(api.POST('/api/v1/payouts', { body })));
}

export function useCancelPayout() {
  return useDeed((payoutId: string) =>
    take(api.POST('/api/v1/payouts/{payout_id}/cancel', { params: { path: { payout_id: payoutId } } })),
  );
}

export function savePayout({ payout_id, reference }: Schemas['Payout'], kind: 'sepa' | 'csv'): Promise<void> {
  const params = { path: { payout_id } };
  return kind === 'sepa'
    ? save(take(api.GET('/api/v1/payouts/{payout_id}/sepa', { params, parseAs: 'blob' })), `${reference}.xml`)
    : save(take(api.GET('/api/v1/payouts/{payout_id}/csv', { params, parseAs: 'blob' })), `${reference}.csv`);
}

// ---- payees, agreements, terms --------------------------------------------------------------------------------------

export function usePayees({ q, after }: { q?: string; after?: string }) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [SETTLEMENT, 'payees', query],
    queryFn: () => take(api.GET('/api/v1/payees', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** One payee, wherever in the list it stands. */
export function usePayee(payeeId: string | undefined) {
  return useQuery({
    queryKey: [SETTLEMENT, 'payee', payeeId],
    enabled: payeeId !== undefined,
    ...anew,
    queryFn: () => take(api.GET('/api/v1/payees/{payee_id}', { params: { path: { payee_id: payeeId ?? '' } } })),
  });
}

export function useSavePayee(payeeId: string | undefined) {
  return useDeed((body: Schemas['PayeeBody']) =>
    payeeId === undefined
      ? take(api.POST('/api/v1/payees', { body }))
      : take(api.PUT('/api/v1/payees/{payee_id}', { params: { path: { payee_id: payeeId } }, body })),
  );
}

export function useAgreements() {
  return useQuery({
    queryKey: [SETTLEMENT, 'agreements'],
    queryFn: () => take(api.GET('/api/v1/agreements', { params: { query: { limit: 200 } } })),
  });
}

export function useMakeAgreement() {
  return useDeed((body: Schemas['AgreementBody']) => take(api.POST('/api/v1/agreements', { body })));
}

export function useEndAgreement(agreementId: string) {
  return useDeed((validUntil: string) =>
    take(
      api.POST('/api/v1/agreements/{agreement_id}/end', {
        params: { path: { agreement_id: agreementId } },
        body: { valid_until: validUntil },
      }),
    ),
  );
}

export function useSettlementTerms() {
  return useQuery({
    queryKey: [SETTLEMENT, 'terms'],
    queryFn: () => take(api.GET('/api/v1/settlement-terms')),
  });
}

export function useSaveSettlementTerms() {
  return useDeed((body: Schemas['SettlementTermsBody']) => take(api.PUT('/api/v1/settlement-terms', { body })));
}

/** The operator's currency: that of its agreements. */
export function useCurrency(): string {
  const { data } = useQuery({
    queryKey: ['money', 'terms', 'currency'],
    queryFn: () => take(api.GET('/api/v1/ledger/terms')),
    staleTime: 60_000,
  });
  return data?.currency ?? 'EUR';
}
