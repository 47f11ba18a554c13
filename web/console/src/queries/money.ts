import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Kept } from './back';
import type { Part } from './parts';

export interface MoneySearch {
  q?: string;
  after?: string;
}

const MONEY = 'money';

/** What all accounts gave and got, now or until an instant. */
export function useTrialBalance(at?: string) {
  const query = at ? { at } : {};
  return useQuery({
    queryKey: [MONEY, 'trial-balance', query],
    queryFn: () => take(api.GET('/api/v1/ledger/trial-balance', { params: { query } })),
    placeholderData: keepPreviousData,
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

function setFrozen(driverId: string, isFrozen: boolean, reason: string): Promise<Schemas['Wallet']> {
  const given = { params: { path: { driver_id: driverId } }, body: { reason } };
  return isFrozen
    ? take(api.POST('/api/v1/drivers/{driver_id}/wallet/freeze', given))
    : take(api.POST('/api/v1/drivers/{driver_id}/wallet/unfreeze', given));
}

/** Whether anything may be spent from a driver's wallet; `reason`: what the audit log says of taking it back. */
export const keepFrozen = (reason: string): Kept<Schemas['Wallet'], 'status'> => ({
  names: ['status'],
  keys: [[MONEY]],
  read: ({ driver_id: id }) =>
    take(api.GET('/api/v1/drivers/{driver_id}/wallet', { params: { path: { driver_id: id } } })),
  write: ({ driver_id: id }, { status }) => setFrozen(id, status === 'frozen', reason),
});

/** What staff do with a driver's wallet; each needs a reason. */
export function useWalletDeed(driverId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({
      deed,
      reason,
      amount,
    }: {
      deed: 'freeze' | 'unfreeze' | 'adjust' | 'close';
      reason: string;
      amount: number;
    }): Promise<Schemas['Wallet'] | null> => {
      const params = { path: { driver_id: driverId } };
      if (deed === 'freeze' || deed === 'unfreeze') return setFrozen(driverId, deed === 'freeze', reason);
      if (deed === 'adjust')
        await take(api.POST('/api/v1/drivers/{driver_id}/wallet/adjust', { params, body: { amount, reason } }));
      else {
        const body = { reason, iban: '', holder: '' };
        await take(api.POST('/api/v1/drivers/{driver_id}/wallet/close', { params, body }));
      }
      return null;
    },
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}

type DebtSearch = MoneySearch & { debtor?: string; show?: 'open' | 'all' };

const debtFilter = ({ debtor, show }: DebtSearch) => ({
  ...(show !== 'all' && { is_payable: true }),
  ...(debtor && { debtor }),
});

export function readReceivables(search: DebtSearch, part: Part) {
  return take(api.GET('/api/v1/receivables', { params: { query: { ...debtFilter(search), ...part } } }));
}

export function useReceivables(search: DebtSearch) {
  const { after } = search;
  const query = { with_total: true, ...debtFilter(search), ...(after && { cursor: after }) };
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

/** Notes what a debtor has paid into the bank account; `key` makes a repeat harmless. */
export function useBankPayment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: { key: string; debtor: string; amount: number; reference: string }) =>
      take(api.POST('/api/v1/bank-payments', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}

export function useClosings({ after, show }: MoneySearch & { show?: 'to_pay' }) {
  const query = { with_total: true, ...(after && { cursor: after }), ...(show && { state: show }) };
  return useQuery({
    queryKey: [MONEY, 'closings', query],
    queryFn: () => take(api.GET('/api/v1/wallet-closings', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Says that the rest of a wallet was paid out. */
export function useConfirmPayout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ closingId, reference }: { closingId: string; reference: string }) =>
      take(
        api.POST('/api/v1/wallet-closings/{closing_id}/paid', {
          params: { path: { closing_id: closingId } },
          body: { reference },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}

/** Lets a wallet be used again that was to be closed. */
export function useCancelClosing() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (closingId: string) =>
      take(api.POST('/api/v1/wallet-closings/{closing_id}/cancel', { params: { path: { closing_id: closingId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [MONEY] }),
  });
}
