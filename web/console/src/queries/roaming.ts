import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew, type Kept } from './back';
import { save } from './documents';
import type { Part } from './parts';

const ROAMING = 'roaming';
const OPTION_ROWS = 200;

export type OcpiVersion = Schemas['OcpiVersion'];

export interface PartnerSearch {
  q?: string;
  after?: string;
}

export function usePartners({ q, after }: PartnerSearch) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [ROAMING, 'partners', query],
    queryFn: () => take(api.GET('/api/v1/partners', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** One partner, wherever in the list it stands. */
export function usePartner(partnerId: string | undefined) {
  return useQuery({
    queryKey: [ROAMING, 'partner', partnerId],
    enabled: partnerId !== undefined,
    ...anew,
    queryFn: () =>
      take(api.GET('/api/v1/partners/{partner_id}', { params: { path: { partner_id: partnerId ?? '' } } })),
  });
}

/** All partners, to choose one of. */
export function usePartnerOptions(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: [ROAMING, 'options'],
    queryFn: async () => (await take(api.GET('/api/v1/partners', { params: { query: { limit: OPTION_ROWS } } }))).items,
  });
  return useMemo(
    () =>
      (data ?? []).map(({ partner_id: value, name, country_code: country, party_id: party }) => ({
        value,
        label: `${name} · ${country} ${party}`,
      })),
    [data],
  );
}

function useDeed<Given, Made>(mutationFn: (given: Given) => Promise<Made>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: [ROAMING] }) });
}

const partnerNames = [
  'name',
  'country_code',
  'party_id',
  'is_active',
] as const satisfies (keyof Schemas['PartnerBody'])[];

const putPartner = (partnerId: string, body: Schemas['PartnerBody']) =>
  take(api.PUT('/api/v1/partners/{partner_id}', { params: { path: { partner_id: partnerId } }, body }));

/** What is entered of a partner. */
export const keptPartner: Kept<Schemas['Partner'], (typeof partnerNames)[number]> = {
  names: partnerNames,
  keys: [[ROAMING]],
  read: ({ partner_id: id }) =>
    take(api.GET('/api/v1/partners/{partner_id}', { params: { path: { partner_id: id } } })),
  write: ({ partner_id: id }, body) => putPartner(id, body),
};

/** Add a partner, or change the one with this id. */
export function useSavePartner(partnerId: string | undefined) {
  return useDeed((body: Schemas['PartnerBody']) =>
    partnerId === undefined ? take(api.POST('/api/v1/partners', { body })) : putPartner(partnerId, body),
  );
}

export function useOwnParty() {
  return useQuery({ queryKey: [ROAMING, 'own'], queryFn: () => take(api.GET('/api/v1/roaming-party')) });
}

export function useSetOwnParty() {
  return useDeed((body: Schemas['OwnPartyBody']) => take(api.PUT('/api/v1/roaming-party', { body })));
}

export interface CdrSearch {
  partner?: string | undefined;
  after?: string | undefined;
}

export function readCdrs({ partner }: CdrSearch, part: Part) {
  return take(api.GET('/api/v1/cdrs', { params: { query: { ...(partner && { partner_id: partner }), ...part } } }));
}

export function useCdrs({ partner, after }: CdrSearch) {
  const query = { with_total: true, ...(partner && { partner_id: partner }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [ROAMING, 'cdrs', query],
    queryFn: () => take(api.GET('/api/v1/cdrs', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** The records that a session has for a partner. */
export function useSessionCdrs(sessionId: string, isWanted: boolean) {
  return useQuery({
    queryKey: [ROAMING, 'session', sessionId],
    enabled: isWanted,
    queryFn: () => take(api.GET('/api/v1/cdrs', { params: { query: { session_id: sessionId } } })),
  });
}

export function saveCdr(cdrId: string, version: OcpiVersion): Promise<void> {
  const params = { path: { cdr_id: cdrId }, query: { version } };
  const asked = take(api.GET('/api/v1/cdrs/{cdr_id}', { params, parseAs: 'blob' }));
  return save(asked as unknown as Promise<Blob>, `cdr-${cdrId}-ocpi-${version}.json`);
}
