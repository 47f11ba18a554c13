import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

const KEY = ['app-brand'];

export function useAppBrand() {
  return useQuery({ queryKey: KEY, queryFn: () => take(api.GET('/api/v1/app-brand')) });
}

export function useSaveAppBrand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['AppBrandBody']) => take(api.PUT('/api/v1/app-brand', { body })),
    onSuccess: (brand) => client.setQueryData(KEY, brand),
  });
}

/** Keep a logo, or forget it. */
export function useSaveLogo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (file: Blob | null) => {
      if (file === null) await take(api.DELETE('/api/v1/app-brand/logo'));
      else
        await take(
          api.PUT('/api/v1/app-brand/logo', {
            body: file as unknown as string,
            bodySerializer: (content) => content as unknown as Blob,
            headers: { 'Content-Type': 'application/octet-stream' },
          }),
        );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
