import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { anew, changedSince, type Kept, useTakeBack } from './back';
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
    ...anew,
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
      companyId === undefined ? take(api.POST('/api/v1/companies', { body })) : putCompany(companyId, body),
    onSuccess: () => client.invalidateQueries({ queryKey: [COMPANIES] }),
  });
}

const putCompany = (companyId: string, body: Schemas['CompanyBody']) =>
  take(api.PUT('/api/v1/companies/{company_id}', { params: at(companyId), body }));

/** What is entered of a company. */
export const keptCompany: Kept<Schemas['Company'], 'name' | 'is_active'> = {
  names: ['name', 'is_active'],
  keys: [[COMPANIES]],
  read: ({ company_id: id }) => take(api.GET('/api/v1/companies/{company_id}', { params: at(id) })),
  write: ({ company_id: id }, body) => putCompany(id, body),
};

const putMember = (companyId: string, driverId: string, budget: number | null) =>
  take(
    api.PUT('/api/v1/companies/{company_id}/drivers/{driver_id}', {
      params: { path: { company_id: companyId, driver_id: driverId } },
      body: { budget },
    }),
  );

/**
 * Lets a driver charge at the company's expense again, with the former budget. A driver is of one company at most, so
 * who is of one by now, this or another, stays with it.
 */
export function useMemberBack(companyId: string) {
  const takeBack = useTakeBack([[COMPANIES]]);
  return ({ driver_id: driverId, budget }: Schemas['CompanyDriver']) =>
    takeBack(async () => {
      const params = { path: { driver_id: driverId } };
      const { company_name: company } = await take(api.GET('/api/v1/drivers/{driver_id}/wallet', { params }));
      if (company !== null) throw changedSince();
      await putMember(companyId, driverId, budget);
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
        : putMember(companyId, driverId, budget);
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
