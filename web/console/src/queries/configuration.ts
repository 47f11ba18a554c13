import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew, type Kept } from './back';

const ALL_ROWS = 500;

export function useConfigurations({ q, after }: { q?: string; after?: string }) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['configurations', query],
    queryFn: () => take(api.GET('/api/v1/configuration-templates', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useConfiguration(templateId: string | undefined) {
  return useQuery({
    queryKey: ['configuration', templateId],
    enabled: templateId !== undefined,
    ...anew,
    queryFn: () =>
      take(
        api.GET('/api/v1/configuration-templates/{configuration_id}', {
          params: { path: { configuration_id: templateId ?? '' } },
        }),
      ),
  });
}

/** Templates of a dialect to choose from. */
export function useConfigurationOptions(dialect: Schemas['Dialect']): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['configurations', 'all'],
    queryFn: async () =>
      (await take(api.GET('/api/v1/configuration-templates', { params: { query: { limit: ALL_ROWS } } }))).items,
  });
  return useMemo(
    () =>
      (data ?? [])
        .filter((template) => template.dialect === dialect)
        .map(({ template_id: value, name: label }) => ({ value, label })),
    [data, dialect],
  );
}

const configurationNames = [
  'name',
  'dialect',
  'vendor',
  'model',
  'site_id',
  'settings',
] as const satisfies (keyof Schemas['ConfigurationTemplateBody'])[];

const putConfiguration = (templateId: string, body: Schemas['ConfigurationTemplateBody']) =>
  take(
    api.PUT('/api/v1/configuration-templates/{configuration_id}', {
      params: { path: { configuration_id: templateId } },
      body,
    }),
  );

/** What is entered of a template. Stations know it by its key, so that a deleted one does not come back. */
export const keptConfiguration: Kept<Schemas['ConfigurationTemplate'], (typeof configurationNames)[number]> = {
  names: configurationNames,
  keys: [['configurations'], ['configuration'], ['station-configuration']],
  read: ({ template_id: id }) =>
    take(api.GET('/api/v1/configuration-templates/{configuration_id}', { params: { path: { configuration_id: id } } })),
  write: ({ template_id: id }, body) => putConfiguration(id, body),
};

export function useSaveConfiguration(templateId?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ConfigurationTemplateBody']) =>
      templateId === undefined
        ? take(api.POST('/api/v1/configuration-templates', { body }))
        : putConfiguration(templateId, body),
    onSuccess: async (template) => {
      client.setQueryData(['configuration', template.template_id], template);
      await client.invalidateQueries({ queryKey: ['configurations'] });
    },
  });
}

export function useDeleteConfiguration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (templateId: string) =>
      take(
        api.DELETE('/api/v1/configuration-templates/{configuration_id}', {
          params: { path: { configuration_id: templateId } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['configurations'] }),
  });
}

const standingKey = (stationId: string) => ['station-configuration', stationId];

/** A station's settings against its template. */
export function useStationConfiguration(stationId: string) {
  return useQuery({
    queryKey: standingKey(stationId),
    queryFn: () => readStanding(stationId),
  });
}

const readStanding = (stationId: string) =>
  take(api.GET('/api/v1/stations/{station_id}/configuration', { params: { path: { station_id: stationId } } }));

const assignTemplate = (stationId: string, templateId: string | null) =>
  take(
    api.PUT('/api/v1/stations/{station_id}/configuration-template', {
      params: { path: { station_id: stationId } },
      body: { template_id: templateId },
    }),
  );

type Standing = Schemas['StationConfiguration'];

/** Which template a station was given; without one it has that of its site or make. */
export const keepAssigned = (stationId: string): Kept<Standing, 'template_id' | 'is_given'> => ({
  names: ['template_id', 'is_given'],
  keys: [standingKey(stationId)],
  read: () => readStanding(stationId),
  write: (_, { template_id: templateId, is_given: isGiven }) => assignTemplate(stationId, isGiven ? templateId : null),
});

export function useAssignConfiguration(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (templateId: string | null) => assignTemplate(stationId, templateId),
    onSuccess: (standing) => client.setQueryData(standingKey(stationId), standing),
  });
}

export function useApplyConfiguration(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/stations/{station_id}/configuration/apply', {
          params: { path: { station_id: stationId } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: standingKey(stationId) }),
  });
}
