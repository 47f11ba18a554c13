import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

export type ListName = Schemas['ListName'];

/** One's own views of a list, and those that are shared. */
export function useSavedViews(listName: ListName) {
  return useQuery({
    queryKey: ['saved-views', listName],
    queryFn: async () =>
      (await take(api.GET('/api/v1/saved-views', { params: { query: { list_name: listName } } }))).items,
    staleTime: 30_000,
  });
}

function useViewsChanged(listName: ListName) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['saved-views', listName] });
}

export function useKeepView(listName: ListName) {
  return useMutation({
    mutationFn: (body: Omit<Schemas['SavedViewBody'], 'list_name'>) =>
      take(api.POST('/api/v1/saved-views', { body: { ...body, list_name: listName } })),
    onSuccess: useViewsChanged(listName),
  });
}

export function useRemoveView(listName: ListName) {
  return useMutation({
    mutationFn: (viewId: string) =>
      take(api.DELETE('/api/v1/saved-views/{view_id}', { params: { path: { view_id: viewId } } })),
    onSuccess: useViewsChanged(listName),
  });
}
