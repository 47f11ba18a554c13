import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { changedSince, type Kept } from './back';
import type { Part } from './parts';

export interface PaymentSearch {
  q?: string;
  state?: string;
  edit?: string;
  after?: string;
  page?: number;
  sort?: string;
}

const paymentFilter = ({ q, state, sort }: PaymentSearch) => ({
  ...(q && { q }),
  ...(state && { state: state as Schemas['PaymentState'] }),
  ...(sort && { sort: sort as Schemas['PaymentSort'] }),
});

export function readPayments(search: PaymentSearch, part: Part) {
  return take(api.GET('/api/v1/payments', { params: { query: { ...paymentFilter(search), ...part } } }));
}

export function usePayments(search: PaymentSearch) {
  const { after } = search;
  const query = { with_total: true, ...paymentFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['payments', query],
    queryFn: () => take(api.GET('/api/v1/payments', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** How often a payment is read again while its provider has a refund in hand. */
const ASK_AGAIN_MILLIS = 3_000;

const isUnderWay = ({ state }: Schemas['PaymentRefund']) => state === 'wanted' || state === 'pending';

export function usePayment(paymentId: string | undefined) {
  return useQuery({
    queryKey: ['payment', paymentId],
    enabled: paymentId !== undefined,
    refetchInterval: ({ state }) => (state.data?.refunds.some(isUnderWay) ? ASK_AGAIN_MILLIS : false),
    queryFn: () =>
      take(api.GET('/api/v1/payments/{payment_id}', { params: { path: { payment_id: paymentId ?? '' } } })),
  });
}

/** Gives a payer money back; `key` makes a repeat harmless. */
export function useRefund(paymentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ amount, reason, key }: { amount: number; reason: string; key: string }) =>
      take(
        api.POST('/api/v1/payments/{payment_id}/refunds', {
          params: { path: { payment_id: paymentId }, header: { 'Idempotency-Key': key } },
          body: { amount, reason },
        }),
      ),
    onSuccess: (detail) => {
      client.setQueryData(['payment', paymentId], detail);
      void client.invalidateQueries({ queryKey: ['payments'] });
    },
  });
}

/** Asks the provider how a payment stands. */
export function useCheck(paymentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(api.POST('/api/v1/payments/{payment_id}/check', { params: { path: { payment_id: paymentId } } })),
    onSuccess: (detail) => {
      client.setQueryData(['payment', paymentId], detail);
      void client.invalidateQueries({ queryKey: ['payments'] });
    },
  });
}

export function useDifferences({ state, after }: PaymentSearch) {
  const query = {
    with_total: true,
    ...(state && { state: state as Schemas['DifferenceState'] }),
    ...(after && { cursor: after }),
  };
  return useQuery({
    queryKey: ['payment-differences', query],
    queryFn: () => take(api.GET('/api/v1/payment-differences', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

const ALL_ROWS = 500;

type Difference = Schemas['Difference'];

const settle = (id: string, body: Schemas['DifferenceBody']) =>
  take(api.PUT('/api/v1/payment-differences/{difference_id}', { params: { path: { difference_id: id } }, body }));

/** A difference as it is now, from the list of those in the state in which it was left. */
async function findDifference({ difference_id: id, state }: Difference): Promise<Difference> {
  let cursor: string | null = null;
  do {
    const query: { state: Difference['state']; limit: number; cursor?: string } = {
      state,
      limit: ALL_ROWS,
      ...(cursor && { cursor }),
    };
    const page: Schemas['DifferencePage'] = await take(api.GET('/api/v1/payment-differences', { params: { query } }));
    const found = page.items.find((difference) => difference.difference_id === id);
    if (found) return found;
    cursor = page.next_cursor ?? null;
  } while (cursor);
  throw changedSince();
}

/** Whether nothing more can be said of a difference: it does not open again. */
export const isSettled = (state: Difference['state']): boolean => state !== 'open' && state !== 'in_hand';

/** Who looks after a difference, and how it stands. Owner and note are never made empty. */
export const keptDifference: Kept<Difference, 'state' | 'owner' | 'note'> = {
  names: ['state', 'owner', 'note'],
  keys: [['payment-differences']],
  canReturn: (was, left) => !isSettled(left.state) && Boolean(was.owner) && Boolean(was.note || !left.note),
  read: findDifference,
  write: ({ difference_id: id }, body) => settle(id, body),
};

export function useSettleDifference() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & Schemas['DifferenceBody']) => settle(id, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['payment-differences'] }),
  });
}

/** The newest statements of providers. */
export function useStatements() {
  return useQuery({
    queryKey: ['payment-statements'],
    queryFn: () => take(api.GET('/api/v1/payment-statements')),
  });
}

export function useImportStatement() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['StatementBody']) => take(api.POST('/api/v1/payment-statements', { body })),
    onSuccess: () =>
      Promise.all(
        ['payment-statements', 'payment-differences'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
