import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, session } from '../app/server';

/** Remembers in this browser that the present sign-in came over a provider, which ends it as well. */
const OVER_PROVIDER = 'busbar.console.over-provider';

/** Go to the identity provider of an operator, or of an address's domain. */
export async function goToProvider(given: Schemas['IdentitySignInBegin']): Promise<void> {
  const { address } = await take(api.POST('/api/v1/auth/identity-sign-in/begin', { body: given }));
  window.location.assign(address);
}

/** Sign in by what the provider sent along, with a cookie that no script can read. */
export async function signInByProvider(answer: Omit<Schemas['IdentitySignInBody'], 'transport'>): Promise<void> {
  const body: Schemas['IdentitySignInBody'] = { ...answer, transport: 'cookie' };
  const { token, expires_at: expiresAt } = await take(api.POST('/api/v1/auth/identity-sign-in', { body }));
  localStorage.setItem(OVER_PROVIDER, 'yes');
  session.signIn({ token: token ?? null, expiresAt });
}

/** Where this browser is signed out at the provider as well; to be asked before signing out here. */
export async function findProviderEnd(): Promise<string | null> {
  if (localStorage.getItem(OVER_PROVIDER) === null) return null;
  localStorage.removeItem(OVER_PROVIDER);
  return take(api.GET('/api/v1/auth/identity-end')).then(
    ({ address }) => address ?? null,
    () => null,
  );
}

const providerKey = ['identity-provider'];

export function useIdentityProvider() {
  return useQuery({ queryKey: providerKey, queryFn: () => take(api.GET('/api/v1/identity-provider')) });
}

export function useSaveIdentityProvider() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['IdentityProviderBody']) => take(api.PUT('/api/v1/identity-provider', { body })),
    onSuccess: (page) => client.setQueryData(providerKey, page),
  });
}

export function useForgetIdentityProvider() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/identity-provider')),
    onSuccess: () => client.invalidateQueries({ queryKey: providerKey }),
  });
}

export const useTryIdentityProvider = () =>
  useMutation({ mutationFn: () => take(api.POST('/api/v1/identity-provider/try')) });
