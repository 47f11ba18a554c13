import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

export type Operator = Schemas['Operator'];

interface OperatorSearch {
  q?: string;
  after?: string;
  sort?: string;
}

export function useOperators({ q, after, sort }: OperatorSearch, isEnabled = true) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(sort && { sort: sort as Schemas['OperatorSort'] }),
    ...(after && { cursor: after }),
  };
  return useQuery({
    queryKey: ['operators', query],
    enabled: isEnabled,
    queryFn: () => take(api.GET('/api/v1/operators', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useCreateOperator() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['OperatorBody']) => take(api.POST('/api/v1/operators', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['operators'] }),
  });
}
