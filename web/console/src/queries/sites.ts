import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew, type Kept } from './back';
import type { Part } from './parts';

export interface SiteSearch {
  q?: string;
  after?: string;
  sort?: string;
}

/** Most sites that a choice or the map holds. */
const ALL_ROWS = 1_000;

export function useSites({ q, after, sort }: SiteSearch) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(after && { cursor: after }),
    ...(sort && { sort: sort as Schemas['SiteSort'] }),
  };
  return useQuery({
    queryKey: ['sites', query],
    queryFn: () => take(api.GET('/api/v1/sites', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function readSites({ q, sort }: SiteSearch, part: Part) {
  const query = { ...(q && { q }), ...(sort && { sort: sort as Schemas['SiteSort'] }), ...part };
  return take(api.GET('/api/v1/sites', { params: { query } }));
}

/** All sites, for the map and for choices. */
export function usePlacedSites() {
  return useQuery({
    queryKey: ['sites', 'all'],
    queryFn: async () => (await take(api.GET('/api/v1/sites', { params: { query: { limit: ALL_ROWS } } }))).items,
    staleTime: 30_000,
  });
}

/** Sites to choose from. */
export function useSiteOptions(): { value: string; label: string }[] {
  const { data } = usePlacedSites();
  return useMemo(() => (data ?? []).map(({ site_id: value, name: label }) => ({ value, label })), [data]);
}

export function useSite(siteId: string) {
  return useQuery({
    queryKey: ['site', siteId],
    ...anew,
    queryFn: () => readSite(siteId),
  });
}

/** What is asked again while a period goes on: roll-ups follow the samples within two minutes. */
const TELEMETRY_MILLIS = 60_000;

interface SitePeriod {
  from: number;
  to: number;
  step: Schemas['Resolution'];
}

/** What a site drew in a period; asked again and again while that goes on. */
export function useSiteTelemetry(siteId: string, { from, to, step }: SitePeriod, isGoingOn: boolean) {
  const query = { since: new Date(from).toISOString(), until: new Date(to).toISOString(), resolution: step };
  return useQuery({
    queryKey: ['site-telemetry', siteId, query],
    queryFn: () => take(api.GET('/api/v1/sites/{site_id}/telemetry', { params: { path: { site_id: siteId }, query } })),
    placeholderData: (before) => (before?.site_id === siteId ? before : undefined),
    refetchInterval: isGoingOn ? TELEMETRY_MILLIS : false,
  });
}

const siteNames = [
  'name',
  'address',
  'city',
  'country',
  'subdivision',
  'latitude',
  'longitude',
  'time_zone',
  'hours',
  'holidays',
  'working_days',
  'is_public',
  'grid_limit_w',
] as const satisfies (keyof Schemas['SiteBody'])[];

const readSite = (siteId: string) =>
  take(api.GET('/api/v1/sites/{site_id}', { params: { path: { site_id: siteId } } }));

const patchSite = (siteId: string, body: Schemas['SitePatch']) =>
  take(api.PATCH('/api/v1/sites/{site_id}', { params: { path: { site_id: siteId } }, body }));

/** What is entered of a site. */
export const keptSite: Kept<Schemas['Site'], (typeof siteNames)[number]> = {
  names: siteNames,
  keys: [['site'], ['sites']],
  read: ({ site_id: id }) => readSite(id),
  write: ({ site_id: id }, body) => patchSite(id, body),
};

/** Creates a site, or changes the one of this id. */
export function useSaveSite(siteId?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['SiteBody']) =>
      siteId === undefined ? take(api.POST('/api/v1/sites', { body })) : patchSite(siteId, body),
    onSuccess: async (site) => {
      client.setQueryData(['site', site.site_id], site);
      await client.invalidateQueries({ queryKey: ['sites'] });
    },
  });
}

export function useDeleteSite(siteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/sites/{site_id}', { params: { path: { site_id: siteId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sites'] }),
  });
}
