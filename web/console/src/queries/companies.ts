import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

const COMPANIES = 'companies';
const ALL_ROWS = 500;

export function readCompanies({ q }: { q?: string }, part: Part) {
  return take(api.GET('/api/v1/companies', { params: { query: { ...(q && { q }), ...part } } }));
}

export function useCompanies({ q, after }: { q?: string; after?: string }) {
  const query = { with_total: true, ...(q && { q }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [COMPANIES, 'list', query],
    queryFn: () => take(api.GET('/api/v1/companies', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Companies to choose from. */
export function useCompanyOptions(isWanted: boolean): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: [COMPANIES, 'all'],
    enabled: isWanted,
    queryFn: async () => (await take(api.GET('/api/v1/companies', { params: { query: { limit: ALL_ROWS } } }))).items,
    staleTime: 30_000,
  });
  return (data ?? []).map(({ company_id: value, name: label }) => ({ value, label }));
}

const at = (companyId: string) => ({ path: { company_id: companyId } });

export function useCompany(companyId: string) {
  return useQuery({
    queryKey: [COMPANIES, companyId],
    queryFn: () => take(api.GET('/api/v1/companies/{company_id}', { params: at(companyId) })),
  });
}

export function useCompanyDrivers(companyId: string, { after }: { after?: string }) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: [COMPANIES, companyId, 'drivers', query],
    queryFn: () => take(api.GET('/api/v1/companies/{company_id}/drivers', { params: { ...at(companyId), query } })),
    placeholderData: keepPreviousData,
  });
}

export function useSaveCompany(companyId: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['CompanyBody']) =>
      companyId === undefined
        ? take(api.POST('/api/v1/companies', { body }))
        : take(api.PUT('/api/v1/companies/{company_id}', { params: at(companyId), body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [COMPANIES] }),
  });
}

/** Lets a driver charge at a company's expense, up to a budget; or no more. */
export function useCompanyMember(companyId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ driverId, budget }: { driverId: string; budget?: number | null }) => {
      const params = { path: { company_id: companyId, driver_id: driverId } };
      return budget === undefined
        ? take(api.DELETE('/api/v1/companies/{company_id}/drivers/{driver_id}', { params }))
        : take(api.PUT('/api/v1/companies/{company_id}/drivers/{driver_id}', { params, body: { budget } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [COMPANIES] }),
  });
}

/** Whether and how a company gets monthly statements. */
export function useCompanyStatement(companyId: string) {
  return useQuery({
    queryKey: [COMPANIES, companyId, 'statement'],
    queryFn: () => take(api.GET('/api/v1/companies/{company_id}/statement', { params: at(companyId) })),
  });
}

export function useSaveCompanyStatement(companyId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['StatementPlanBody']) =>
      take(api.PUT('/api/v1/companies/{company_id}/statement', { params: at(companyId), body })),
    onSuccess: (plan) => client.setQueryData([COMPANIES, companyId, 'statement'], plan),
  });
}
