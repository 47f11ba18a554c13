import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew, ifNone, type Kept } from './back';
import type { Part } from './parts';

export interface AccessSearch {
  q?: string;
  driver?: string;
  group?: string;
  after?: string;
  sort?: string;
}

const OPTION_ROWS = 20;
const GROUP_ROWS = 1_000;

const driverFilter = ({ q, sort }: AccessSearch) => ({
  ...(q && { q }),
  ...(sort && { sort: sort as Schemas['DriverSort'] }),
});

export function readDrivers(search: AccessSearch, part: Part) {
  return take(api.GET('/api/v1/drivers', { params: { query: { ...driverFilter(search), ...part } } }));
}

export function useDrivers(search: AccessSearch) {
  const { after } = search;
  const query = { with_total: true, ...driverFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['drivers', query],
    queryFn: () => take(api.GET('/api/v1/drivers', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useDriver(driverId: string | undefined, how: typeof anew | null = null) {
  return useQuery({
    ...how,
    queryKey: ['driver', driverId],
    enabled: driverId !== undefined,
    queryFn: () => readDriver(driverId ?? ''),
  });
}

/** Drivers to choose from while typing. */
export function useDriverOptions(typed: string): { value: string; label: string }[] {
  const q = typed.trim();
  const { data } = useQuery({
    queryKey: ['drivers', 'options', q],
    queryFn: async () =>
      (await take(api.GET('/api/v1/drivers', { params: { query: { limit: OPTION_ROWS, ...(q && { q }) } } }))).items,
    placeholderData: keepPreviousData,
  });
  return (data ?? []).map(({ driver_id: value, display_name: name, email }) => ({
    value,
    label: email ? `${name} · ${email}` : name,
  }));
}

export function useSaveDriver(driverId?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['DriverBody'] & { group?: string }) =>
      driverId === undefined ? take(api.POST('/api/v1/drivers', { body })) : patchDriver(driverId, body),
    onSuccess: async (driver) => {
      client.setQueryData(['driver', driver.driver_id], driver);
      await client.invalidateQueries({ queryKey: ['drivers'] });
    },
  });
}

type Driver = Schemas['Driver'];

const patchDriver = (driverId: string, body: Schemas['DriverPatch']) =>
  take(api.PATCH('/api/v1/drivers/{driver_id}', { params: { path: { driver_id: driverId } }, body }));

export const readDriver = (driverId: string) =>
  take(api.GET('/api/v1/drivers/{driver_id}', { params: { path: { driver_id: driverId } } }));

const driverKeys = [['drivers'], ['driver']];

/** What is entered of a driver. */
export const keptDriver: Kept<Driver, 'display_name' | 'email' | 'language' | 'group'> = {
  names: ['display_name', 'email', 'language', 'group'],
  keys: driverKeys,
  read: ({ driver_id: driverId }) => readDriver(driverId),
  // An address may be changed, and is never taken away.
  canReturn: (was, left) => was.email !== null || left.email === null,
  write: ({ driver_id: driverId }, { group, ...person }) => patchDriver(driverId, { ...person, group: group ?? '' }),
};

/** Whether a driver is blocked. */
export const keptDriverStatus: Kept<Driver, 'status'> = {
  names: ['status'],
  keys: driverKeys,
  read: keptDriver.read,
  write: ({ driver_id: driverId }, { status }) => patchDriver(driverId, { is_blocked: status === 'blocked' }),
};

/** Refuses all tokens of a driver, or takes them again. */
export function useSetDriverBlocked() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ driverId, isBlocked }: { driverId: string; isBlocked: boolean }) =>
      patchDriver(driverId, { is_blocked: isBlocked }),
    onSuccess: async (driver) => {
      client.setQueryData(['driver', driver.driver_id], driver);
      await client.invalidateQueries({ queryKey: ['drivers'] });
    },
  });
}

/** Forgets who a driver was; the sessions stay, without a name. */
export function useEraseDriver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (driverId: string) =>
      take(api.DELETE('/api/v1/drivers/{driver_id}', { params: { path: { driver_id: driverId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['drivers'] }),
  });
}

const tokenFilter = ({ q, driver, group, sort }: AccessSearch) => ({
  ...(q && { q }),
  ...(driver && { driver_id: driver }),
  ...(group && { group }),
  ...(sort && { sort: sort as Schemas['TokenSort'] }),
});

export function readTokens(search: AccessSearch, part: Part) {
  return take(api.GET('/api/v1/tokens', { params: { query: { ...tokenFilter(search), ...part } } }));
}

export function useTokens(search: AccessSearch) {
  const { after } = search;
  const query = { with_total: true, ...tokenFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['tokens', query],
    queryFn: () => take(api.GET('/api/v1/tokens', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useToken(value: string | undefined) {
  return useQuery({
    queryKey: ['token', value],
    enabled: value !== undefined,
    ...anew,
    queryFn: () => readToken(value ?? ''),
  });
}

/** Tokens to choose from while typing; what is typed may also be one that nobody knows yet. */
export function useTokenOptions(typed: string, isWanted: boolean) {
  const q = typed.trim();
  const { data } = useQuery({
    queryKey: ['tokens', 'options', q],
    enabled: isWanted,
    queryFn: async () =>
      (await take(api.GET('/api/v1/tokens', { params: { query: { limit: OPTION_ROWS, ...(q && { q }) } } }))).items,
    placeholderData: keepPreviousData,
  });
  return useMemo(
    () => ({
      options: (data ?? []).map(({ value, label, driver_name: driver }) => ({
        value,
        label: [value, label || driver].filter(Boolean).join(' · '),
      })),
      find: (value: string): Schemas['IdTokenBody'] => ({
        value,
        kind: data?.find((token) => token.value === value)?.kind ?? 'rfid',
      }),
    }),
    [data],
  );
}

const tokenNames = [
  'kind',
  'label',
  'status',
  'concurrency',
  'driver_id',
  'group',
  'valid_from',
  'expires_at',
  'site_ids',
  'partner_id',
  'contract_id',
] as const satisfies (keyof Schemas['TokenBody'])[];

const readToken = (value: string) => take(api.GET('/api/v1/tokens/{value}', { params: { path: { value } } }));

const putToken = (value: string, body: Schemas['TokenBody'], header = {}) =>
  take(api.PUT('/api/v1/tokens/{value}', { params: { path: { value }, header }, body }));

/** What is entered of a token. */
export const keptToken: Kept<Schemas['Token'], (typeof tokenNames)[number]> = {
  names: tokenNames,
  keys: [['tokens'], ['token']],
  read: ({ value }) => readToken(value),
  write: ({ value }, body) => putToken(value, body),
  make: ({ value }, body) => putToken(value, body, ifNone),
};

/** Registers a token, or makes the one of this value exactly this. */
export function usePutToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ value, body }: { value: string; body: Schemas['TokenBody'] }) => putToken(value, body),
    onSuccess: async (token) => {
      client.setQueryData(['token', token.value], token);
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
}

export function useDeleteToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (value: string) => take(api.DELETE('/api/v1/tokens/{value}', { params: { path: { value } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

/** Lets another token take the place of one. */
export function useReplaceToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ value, newValue }: { value: string; newValue: string }) =>
      take(api.POST('/api/v1/tokens/{value}/replace', { params: { path: { value } }, body: { value: newValue } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['tokens'] });
      await client.invalidateQueries({ queryKey: ['token'] });
    },
  });
}

export function useGroups({ q, after }: AccessSearch) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['groups', query],
    queryFn: () => take(api.GET('/api/v1/token-groups', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Groups to choose from. */
export function useGroupOptions(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['groups', 'all'],
    queryFn: async () =>
      (await take(api.GET('/api/v1/token-groups', { params: { query: { limit: GROUP_ROWS } } }))).items,
  });
  return useMemo(() => (data ?? []).map(({ value, name }) => ({ value, label: `${name} · ${value}` })), [data]);
}

const putGroup = (value: string, body: Schemas['TokenGroupBody'], header = {}) =>
  take(api.PUT('/api/v1/token-groups/{value}', { params: { path: { value }, header }, body }));

const readGroup = (value: string) => take(api.GET('/api/v1/token-groups/{value}', { params: { path: { value } } }));

/** What is entered of a group. */
export const keptGroup: Kept<Schemas['TokenGroup'], 'name' | 'concurrency'> = {
  names: ['name', 'concurrency'],
  keys: [['groups'], ['group']],
  read: ({ value }) => readGroup(value),
  write: ({ value }, body) => putGroup(value, body),
  make: ({ value }, body) => putGroup(value, body, ifNone),
};

export function usePutGroup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ value, body }: { value: string; body: Schemas['TokenGroupBody'] }) => putGroup(value, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['groups'] }),
  });
}

export function useDeleteGroup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (value: string) => take(api.DELETE('/api/v1/token-groups/{value}', { params: { path: { value } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['groups'] }),
  });
}

export function useGroup(value: string | undefined) {
  return useQuery({
    queryKey: ['group', value],
    enabled: value !== undefined,
    ...anew,
    queryFn: () => readGroup(value ?? ''),
  });
}

/** Mails a driver a link to set a password; answers null when there were several within the hour. */
export function useSendDriverLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (driverId: string) =>
      take(api.POST('/api/v1/drivers/{driver_id}/send-link', { params: { path: { driver_id: driverId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['letters'] }),
  });
}
