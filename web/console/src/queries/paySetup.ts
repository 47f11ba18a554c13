import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

export type Provider = Schemas['Provider'];
/** Whose account: the operator's own, or the installation's for operators that have none. */
export type Whose = 'own' | 'installation';

export function useMoneyTerms() {
  return useQuery({ queryKey: ['money-terms'], queryFn: () => take(api.GET('/api/v1/ledger/terms')) });
}

export function useSaveMoneyTerms() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['MoneyTermsBody']) => take(api.PUT('/api/v1/ledger/terms', { body })),
    onSuccess: (terms) => client.setQueryData(['money-terms'], terms),
  });
}

export function useProviders() {
  return useQuery({
    queryKey: ['payment-providers'],
    queryFn: async () => (await take(api.GET('/api/v1/payment-providers'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useProviderAccounts(whose: Whose) {
  return useQuery({
    queryKey: ['payment-accounts', whose],
    queryFn: async () =>
      whose === 'own'
        ? (await take(api.GET('/api/v1/payment-accounts'))).items
        : (await take(api.GET('/api/v1/installation/payment-accounts'))).items,
  });
}

export function useSaveProviderAccount(whose: Whose, provider: Provider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['AccountBody']) => {
      const params = { path: { provider } };
      return whose === 'own'
        ? take(api.PUT('/api/v1/payment-accounts/{provider}', { params, body }))
        : take(api.PUT('/api/v1/installation/payment-accounts/{provider}', { params, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['payment-accounts'] }),
  });
}

export function useForgetProviderAccount(whose: Whose, provider: Provider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const params = { path: { provider } };
      return whose === 'own'
        ? take(api.DELETE('/api/v1/payment-accounts/{provider}', { params }))
        : take(api.DELETE('/api/v1/installation/payment-accounts/{provider}', { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['payment-accounts'] }),
  });
}

/** Asks the provider whether it knows an account's keys. */
export function useTryProviderAccount(whose: Whose, provider: Provider) {
  return useMutation({
    mutationFn: () => {
      const params = { path: { provider } };
      return whose === 'own'
        ? take(api.POST('/api/v1/payment-accounts/{provider}/try', { params }))
        : take(api.POST('/api/v1/installation/payment-accounts/{provider}/try', { params }));
    },
  });
}
