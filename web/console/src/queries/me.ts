import { type Schemas, take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, session } from '../app/server';
import { askPasskey } from './factors';
import { findProviderEnd } from './identity';

/** Rights as the server names them; it decides, the console only hides what would be refused. */
export type Permission =
  | 'read'
  | 'control'
  | 'manage_access'
  | 'manage_network'
  | 'manage_prices'
  | 'read_money'
  | 'manage_money'
  | 'read_audit'
  | 'manage_staff'
  | 'manage_webhooks'
  | 'manage_operators'
  | 'watch'
  | 'operate';

/** Sign in with a cookie that no script can read. */
export async function signIn(given: { email: string; password: string; code?: string }): Promise<void> {
  const body: Schemas['StaffSignInBody'] = { ...given, transport: 'cookie' };
  const { token, expires_at: expiresAt } = await take(api.POST('/api/v1/auth/sign-in', { body }));
  session.signIn({ token: token ?? null, expiresAt });
}

/** Sign in with a passkey of this browser. */
export async function signInByPasskey(): Promise<void> {
  const credential = await askPasskey();
  const body: Schemas['PasskeySignInBody'] = { credential, transport: 'cookie' };
  const { token, expires_at: expiresAt } = await take(api.POST('/api/v1/auth/passkey-sign-in', { body }));
  session.signIn({ token: token ?? null, expiresAt });
}

/** Sign out here, whether or not the server can be told. */
export async function signOut(): Promise<void> {
  const end = await findProviderEnd();
  try {
    await take(api.POST('/api/v1/auth/sign-out'));
  } finally {
    session.signOut();
    if (end) window.location.assign(end);
  }
}

/** Who is signed in, for which operator, with which rights. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: () => take(api.GET('/api/v1/auth/me')), staleTime: 60_000 });
}

const nobody: ReadonlyMap<string, string> = new Map();
/** Somebody new is known by number for no longer. */
const NAMES_MILLIS = 60_000;

/** What staff and keys are called, by `staff:<id>` and `key:<id>`. */
export function useStaffNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['staff-names'],
    queryFn: async () => {
      const { items } = await take(api.GET('/api/v1/staff-names'));
      return new Map(items.map(({ actor, name }) => [actor, name]));
    },
    staleTime: NAMES_MILLIS,
  });
  return data ?? nobody;
}

/** Tells whether a right is among those of the person; nothing is until that is known. */
export function usePermits(): (permission: Permission) => boolean {
  const { data } = useMe();
  return useCallback((permission) => data?.permissions.includes(permission) ?? false, [data]);
}
