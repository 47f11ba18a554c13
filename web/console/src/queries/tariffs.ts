import { type Schemas, take } from '@busbar/client';
import { ApiProblem } from '@busbar/kit';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../app/server';
import { anew } from './back';

const ALL_ROWS = 500;

const at = (tariffId: string) => ({ path: { tariff_id: tariffId } });

export function useTariffs({ q, after, sort }: { q?: string; after?: string; sort?: string }) {
  const query = {
    with_total: true,
    ...(q && { q }),
    ...(after && { cursor: after }),
    ...(sort && { sort: sort as Schemas['TariffSort'] }),
  };
  return useQuery({
    queryKey: ['tariffs', query],
    queryFn: () => take(api.GET('/api/v1/tariffs', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Tariffs to choose from. */
export function useTariffOptions(): { value: string; label: string; currency: string }[] {
  const { data } = useQuery({
    queryKey: ['tariffs', 'all'],
    queryFn: async () => (await take(api.GET('/api/v1/tariffs', { params: { query: { limit: ALL_ROWS } } }))).items,
    staleTime: 30_000,
  });
  return useMemo(
    () =>
      (data ?? [])
        .filter(({ retired_at: retiredAt }) => retiredAt === null)
        .map(({ tariff_id: value, name, currency }) => ({ value, label: `${name} · ${currency}`, currency })),
    [data],
  );
}

/** How often an answer that is being computed is looked at again. */
const ANSWER_MILLIS = 1_000;

export function useWhatIf(whatIfId: string) {
  return useQuery({
    queryKey: ['what-if', whatIfId],
    queryFn: () => take(api.GET('/api/v1/what-ifs/{what_if_id}', { params: { path: { what_if_id: whatIfId } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : ANSWER_MILLIS),
  });
}

/** The newest questions, whatever became of them. */
export function useWhatIfs() {
  return useQuery({
    queryKey: ['what-ifs'],
    queryFn: () => take(api.GET('/api/v1/what-ifs', { params: { query: { limit: 20 } } })),
    refetchInterval: ({ state }) =>
      state.data?.items.every((question) => question.state === 'done') ? false : 3 * ANSWER_MILLIS,
  });
}

export function useAskWhatIf() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ tariffId, body }: { tariffId: string; body: Schemas['WhatIfBody'] }) =>
      take(api.POST('/api/v1/tariffs/{tariff_id}/what-ifs', { params: at(tariffId), body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['what-ifs'] }),
  });
}

export function useTariff(tariffId: string | undefined) {
  return useQuery({
    queryKey: ['tariff', tariffId],
    enabled: tariffId !== undefined,
    queryFn: () => take(api.GET('/api/v1/tariffs/{tariff_id}', { params: at(tariffId ?? '') })),
  });
}

export function useTariffVersions(tariffId: string) {
  return useQuery({
    queryKey: ['tariff', tariffId, 'versions'],
    queryFn: () =>
      take(api.GET('/api/v1/tariffs/{tariff_id}/versions', { params: { ...at(tariffId), query: { limit: 50 } } })),
  });
}

/** What a tariff would say, and cost; asked again whenever the draft changes. */
export function usePreview(body: Schemas['PreviewBody']) {
  return useQuery({
    queryKey: ['tariff-preview', body],
    queryFn: () => take(api.POST('/api/v1/tariffs/preview', { body })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** What tariffs are assigned to: all of one tariff, or of all. */
export function useAssignments(tariffId: string) {
  return useQuery({
    queryKey: ['assignments', tariffId],
    queryFn: () =>
      take(
        api.GET('/api/v1/tariff-assignments', {
          params: { query: { tariff_id: tariffId, limit: ALL_ROWS } },
        }),
      ),
  });
}

/** What is assigned to one thing now or later, by whatever tariff. */
export function useHeldBy(scope: Schemas['Scope'], subject: string) {
  const folded = scope === 'group' ? subject.toLowerCase() : subject; // as the server keeps it
  return useQuery({
    queryKey: ['assignments', 'of', scope, folded],
    queryFn: async () => {
      const query = { scope, is_over: false, limit: ALL_ROWS, ...(folded && { subject: folded }) };
      return await take(api.GET('/api/v1/tariff-assignments', { params: { query } }));
    },
  });
}

function useTariffsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(['tariffs', 'tariff', 'assignments'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useSaveTariff(tariffId: string | undefined) {
  const changed = useTariffsChanged();
  return useMutation({
    mutationFn: (body: Schemas['TariffBody']) =>
      tariffId === undefined
        ? take(api.POST('/api/v1/tariffs', { body }))
        : take(api.PUT('/api/v1/tariffs/{tariff_id}', { params: at(tariffId), body })),
    onSuccess: changed,
  });
}

export function usePublishTariff(tariffId: string) {
  const changed = useTariffsChanged();
  return useMutation({
    mutationFn: (body: Schemas['PublishBody']) =>
      take(api.POST('/api/v1/tariffs/{tariff_id}/publish', { params: at(tariffId), body })),
    onSuccess: changed,
  });
}

export function useAssignTariff() {
  const changed = useTariffsChanged();
  return useMutation({
    mutationFn: (body: Schemas['AssignmentBody']) => take(api.POST('/api/v1/tariff-assignments', { body })),
    onSuccess: changed,
  });
}

export function useUnassignTariff() {
  const changed = useTariffsChanged();
  return useMutation({
    mutationFn: (assignmentId: string) =>
      take(
        api.DELETE('/api/v1/tariff-assignments/{assignment_id}', {
          params: { path: { assignment_id: assignmentId } },
        }),
      ),
    onSuccess: changed,
  });
}

/** The currency that the operator's new tariffs begin with. */
export function useOwnCurrency(operatorId: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ['operator', operatorId],
    enabled: operatorId !== undefined,
    queryFn: () =>
      take(api.GET('/api/v1/operators/{operator_id}', { params: { path: { operator_id: operatorId ?? '' } } })),
  });
  return data?.currency;
}

/** What a session costs, line by line; null: it has no tariff. */
export function useSessionPrice(sessionId: string, hasCost: boolean) {
  return useQuery({
    queryKey: ['price', sessionId],
    enabled: hasCost,
    queryFn: async () => {
      try {
        return await take(
          api.GET('/api/v1/sessions/{session_id}/price', { params: { path: { session_id: sessionId } } }),
        );
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

const PURCHASES = ['tariffs', 'purchases'] as const;

/** What electricity costs the operator; read again while sessions are still to be reckoned. */
export function usePurchases() {
  return useQuery({
    queryKey: PURCHASES,
    queryFn: () => take(api.GET('/api/v1/purchase-tariffs')),
    refetchInterval: ({ state }) => (state.data && state.data.due > 0 ? DUE_MILLIS : false),
  });
}

const DUE_MILLIS = 15_000;

/** One purchase tariff, wherever in the list it stands. */
export function usePurchase(purchaseId: string | undefined) {
  return useQuery({
    queryKey: [...PURCHASES, purchaseId],
    enabled: purchaseId !== undefined,
    ...anew,
    queryFn: () =>
      take(api.GET('/api/v1/purchase-tariffs/{purchase_id}', { params: { path: { purchase_id: purchaseId ?? '' } } })),
  });
}

/** Adds a purchase tariff, or makes one exactly this. */
export function useSavePurchase(purchaseId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['PurchaseTariffBody']) =>
      purchaseId === undefined
        ? take(api.POST('/api/v1/purchase-tariffs', { body }))
        : take(
            api.PUT('/api/v1/purchase-tariffs/{purchase_id}', {
              params: { path: { purchase_id: purchaseId } },
              body,
            }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: PURCHASES }),
  });
}

export function useRemovePurchase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (purchaseId: string) =>
      take(api.DELETE('/api/v1/purchase-tariffs/{purchase_id}', { params: { path: { purchase_id: purchaseId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: PURCHASES }),
  });
}
