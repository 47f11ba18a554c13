import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

export interface MoneySearch {
  q?: string;
  after?: string;
}

const MONEY = 'money';

export function useTrialBalance() {
  return useQuery({
    queryKey: [MONEY, 'trial-balance'],
    queryFn: () => take(api.GET('/api/v1/ledger/trial-balance')),
  });
}

export function useAccounts({ q, after, kind }: MoneySearch & { kind?: string }) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(after && { cursor: after }),
    ...(kind && { kind: kind as Schemas['AccountKind'] }),
  };
  return useQuery({
    queryKey: [MONEY, 'accounts', query],
    queryFn: () => take(api.GET('/api/v1/ledger/accounts', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useAccount(accountId: string) {
  return useQuery({
    queryKey: [MONEY, 'account', accountId],
    queryFn: () =>
      take(api.GET('/api/v1/ledger/accounts/{account_id}', { params: { path: { account_id: accountId } } })),
  });
}

export function useStatement(accountId: string, { after }: MoneySearch) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [MONEY, 'statement', accountId, query],
    queryFn: () =>
      take(
        api.GET('/api/v1/ledger/accounts/{account_id}/statement', {
          params: { path: { account_id: accountId }, query },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What staff do with a driver's wallet; each needs a reason. */
export function useWalletDeed(driverId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      deed,
      reason,
      amount,
    }: {
      deed: 'freeze' | 'unfreeze' | 'adjust';
      reason: string;
      amount: number;
    }) => {
      const params = { path: { driver_id: driverId } };
      if (deed === 'adjust')
        return take(api.POST('/api/v1/drivers/{driver_id}/wallet/adjust', { params, body: { amount, reason } }));
      return deed === 'freeze'
        ? take(api.POST('/api/v1/drivers/{driver_id}/wallet/freeze', { params, body: { reason } }))
        : take(api.POST('/api/v1/drivers/{driver_id}/wallet/unfreeze', { params, body: { reason } }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}

export function useReceivables({ after, isPayable }: MoneySearch & { isPayable: boolean }) {
  const query = { with_total: true, is_payable: isPayable, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [MONEY, 'receivables', query],
    queryFn: () => take(api.GET('/api/v1/receivables', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Remind a debtor or, with a reason, give a debt up. */
export function useReceivableDeed() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ receivableId, reason }: { receivableId: string; reason?: string }) => {
      const params = { path: { receivable_id: receivableId } };
      return reason === undefined
        ? take(api.POST('/api/v1/receivables/{receivable_id}/remind', { params }))
        : take(api.POST('/api/v1/receivables/{receivable_id}/write-off', { params, body: { reason } }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}
