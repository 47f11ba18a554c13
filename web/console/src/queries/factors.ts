import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { anew, Kept } from './back';

export function useSecondFactors() {
  return useQuery({ queryKey: ['factors'], queryFn: () => take(api.GET('/api/v1/auth/second-factors')) });
}

/** A deed that changes what one has set up, and with it what one may. */
function useChanges<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['factors'] });
      await client.invalidateQueries({ queryKey: ['sign-ins'] });
    },
  });
}

export const useBeginTotp = () => useMutation({ mutationFn: (_: undefined) => take(api.POST('/api/v1/auth/totp')) });

export const useConfirmTotp = () =>
  useChanges((code: string) => take(api.POST('/api/v1/auth/totp/confirm', { body: { code } })));

export const useRemoveTotp = () =>
  useChanges((code: string) => take(api.POST('/api/v1/auth/totp/remove', { body: { code } })));

export const useMakeRecoveryCodes = () =>
  useChanges((code: string) => take(api.POST('/api/v1/auth/recovery-codes', { body: { code } })));

/** Have this browser make a passkey, and keep it. */
export const useAddPasskey = () =>
  useChanges(async (name: string) => {
    const options = await take(api.POST('/api/v1/auth/passkeys/options'));
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as unknown as PublicKeyCredentialCreationOptionsJSON,
    );
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    const body = { name, credential: made.toJSON() as Schemas['PasskeyBody']['credential'] };
    return take(api.POST('/api/v1/auth/passkeys', { body }));
  });

export const useRemovePasskey = () =>
  useChanges((passkeyId: string) =>
    take(api.DELETE('/api/v1/auth/passkeys/{passkey_id}', { params: { path: { passkey_id: passkeyId } } })),
  );

/** Have this browser sign with a passkey that it has for us. */
export async function askPasskey(): Promise<Schemas['PasskeySignInBody']['credential']> {
  const options = await take(api.POST('/api/v1/auth/passkey-sign-in/options'));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const signed = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return signed.toJSON() as Schemas['PasskeySignInBody']['credential'];
}

/** Whether this browser knows passkeys at all. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

export function useStaffSecurity(staffId: string) {
  const params = { path: { staff_id: staffId } };
  return {
    factors: useQuery({
      queryKey: ['staff-factors', staffId],
      queryFn: () => take(api.GET('/api/v1/staff/{staff_id}/second-factors', { params })),
    }),
    signIns: useQuery({
      queryKey: ['sign-ins', staffId],
      queryFn: () => take(api.GET('/api/v1/staff/{staff_id}/sign-ins', { params })),
    }),
  };
}

export function useResetFactors(staffId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (_: undefined) =>
      take(api.DELETE('/api/v1/staff/{staff_id}/second-factors', { params: { path: { staff_id: staffId } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['staff-factors', staffId] });
      await client.invalidateQueries({ queryKey: ['sign-ins', staffId] });
    },
  });
}

export function useOperator(operatorId: string | undefined, how: typeof anew | null = null) {
  return useQuery({
    ...how,
    queryKey: ['operator', operatorId],
    enabled: operatorId !== undefined,
    queryFn: () =>
      take(api.GET('/api/v1/operators/{operator_id}', { params: { path: { operator_id: operatorId ?? '' } } })),
  });
}

type Operator = Schemas['Operator'];

const operatorBase = {
  keys: [['operator'], ['operators']],
  read: ({ operator_id: id }: Operator) =>
    take(api.GET('/api/v1/operators/{operator_id}', { params: { path: { operator_id: id } } })),
  write: ({ operator_id: id }: Operator, body: Schemas['OperatorPatch']) =>
    take(api.PATCH('/api/v1/operators/{operator_id}', { params: { path: { operator_id: id } }, body })),
};

/** What is entered of an operator. */
export const keptOperator: Kept<Operator, 'name' | 'slug' | 'country' | 'currency' | 'time_zone' | 'language'> = {
  ...operatorBase,
  names: ['name', 'slug', 'country', 'currency', 'time_zone', 'language'],
};

/** Whether all staff need a second factor. */
export const keptFactorPolicy: Kept<Operator, 'requires_second_factor'> = {
  ...operatorBase,
  names: ['requires_second_factor'],
};

export function useUpdateOperator() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ operatorId, body }: { operatorId: string; body: Schemas['OperatorPatch'] }) =>
      take(api.PATCH('/api/v1/operators/{operator_id}', { params: { path: { operator_id: operatorId } }, body })),
    onSuccess: async (operator) => {
      client.setQueryData(['operator', operator.operator_id], operator);
      await client.invalidateQueries({ queryKey: ['operators'] });
    },
  });
}
