import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew, type Kept } from './back';

const ALL_ROWS = 500;

export function useProfiles({ q, after, sort }: { q?: string; after?: string; sort?: string }) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(after && { cursor: after }),
    ...(sort && { sort: sort as Schemas['TemplateSort'] }),
  };
  return useQuery({
    queryKey: ['profiles', query],
    queryFn: () => take(api.GET('/api/v1/profile-templates', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useProfile(templateId: string | undefined) {
  return useQuery({
    queryKey: ['profile', templateId],
    enabled: templateId !== undefined,
    ...anew,
    queryFn: () =>
      take(api.GET('/api/v1/profile-templates/{template_id}', { params: { path: { template_id: templateId ?? '' } } })),
  });
}

/** Templates to choose from. */
export function useProfileOptions(isWanted: boolean): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['profiles', 'all'],
    enabled: isWanted,
    queryFn: async () =>
      (await take(api.GET('/api/v1/profile-templates', { params: { query: { limit: ALL_ROWS } } }))).items,
  });
  return useMemo(() => (data ?? []).map(({ template_id: value, name: label }) => ({ value, label })), [data]);
}

type Template = Schemas['ProfileTemplate'];

const putProfile = (templateId: string, body: Schemas['ProfileTemplateBody']) =>
  take(api.PUT('/api/v1/profile-templates/{template_id}', { params: { path: { template_id: templateId } }, body }));

/** What is entered of a profile. A station that was sent one keeps its own copy, so a new key harms nobody. */
export const keptProfile: Kept<Template, 'name' | 'profile'> = {
  names: ['name', 'profile'],
  keys: [['profiles'], ['profile']],
  read: ({ template_id: id }) =>
    take(api.GET('/api/v1/profile-templates/{template_id}', { params: { path: { template_id: id } } })),
  write: ({ template_id: id }, body) => putProfile(id, body),
  make: (_, body) => take(api.POST('/api/v1/profile-templates', { body })),
};

export function useSaveProfile(templateId?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ProfileTemplateBody']) =>
      templateId === undefined ? take(api.POST('/api/v1/profile-templates', { body })) : putProfile(templateId, body),
    onSuccess: async (template) => {
      client.setQueryData(['profile', template.template_id], template);
      await client.invalidateQueries({ queryKey: ['profiles'] });
    },
  });
}

export function useDeleteProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (templateId: string) =>
      take(api.DELETE('/api/v1/profile-templates/{template_id}', { params: { path: { template_id: templateId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['profiles'] }),
  });
}
