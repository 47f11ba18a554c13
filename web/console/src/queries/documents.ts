import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

export interface DocumentSearch {
  q?: string;
  kind?: Schemas['DocumentKind'];
  after?: string;
  sort?: string;
}

export type Syntax = Schemas['Syntax'];

const documentFilter = ({ q, kind, sort }: DocumentSearch) => ({
  ...(q && { q }),
  ...(kind && { kind }),
  ...(sort && { sort: sort as Schemas['DocumentSort'] }),
});

export function readDocuments(search: DocumentSearch, part: Part) {
  return take(api.GET('/api/v1/documents', { params: { query: { ...documentFilter(search), ...part } } }));
}

export function useDocuments(search: DocumentSearch) {
  const { after } = search;
  const query = { with_total: true, ...documentFilter(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['documents', query],
    queryFn: () => take(api.GET('/api/v1/documents', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useDocument(documentId: string | undefined) {
  return useQuery({
    queryKey: ['document', documentId],
    enabled: documentId !== undefined,
    queryFn: () =>
      take(api.GET('/api/v1/documents/{document_id}', { params: { path: { document_id: documentId ?? '' } } })),
  });
}

export function useCreditDocument(documentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      take(
        api.POST('/api/v1/documents/{document_id}/credit', {
          params: { path: { document_id: documentId } },
          body: { reason },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['documents'] }),
        client.invalidateQueries({ queryKey: ['document'] }),
      ]),
  });
}

/** A file of the API, kept under a name of ours. */
export async function save(asked: Promise<Blob>, name: string): Promise<void> {
  const address = URL.createObjectURL(await asked);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

export function savePdf({ document_id: documentId, reference }: Schemas['DocumentSummary']): Promise<void> {
  const params = { path: { document_id: documentId } };
  const asked = take(api.GET('/api/v1/documents/{document_id}/pdf', { params, parseAs: 'blob' }));
  return save(asked, `${reference}.pdf`);
}

export function saveXml({ document_id, reference }: Schemas['DocumentSummary'], syntax: Syntax): Promise<void> {
  const params = { path: { document_id }, query: { syntax } };
  const asked = take(api.GET('/api/v1/documents/{document_id}/xml', { params, parseAs: 'blob' }));
  return save(asked, `${reference}.${syntax}.xml`);
}

export function saveFapiaoSheet(): Promise<void> {
  const asked = take(api.GET('/api/v1/invoice-requests/export', { parseAs: 'blob' }));
  return save(asked, 'fapiao.xlsx');
}

interface RequestSearch {
  state?: Schemas['RequestState'];
  after?: string;
}

export function readInvoiceRequests({ state }: RequestSearch, part: Part) {
  return take(api.GET('/api/v1/invoice-requests', { params: { query: { ...(state && { state }), ...part } } }));
}

export function useInvoiceRequests({ state, after }: RequestSearch) {
  const query = { with_total: true, ...(state && { state }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['invoice-requests', query],
    queryFn: () => take(api.GET('/api/v1/invoice-requests', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Where a request for a 发票 goes next, and what has to be told for it. */
export type Move =
  | { to: 'issue'; number: string }
  | { to: 'send' }
  | { to: 'refuse'; reason: string }
  | { to: 'red-letter'; number: string; reason: string };

export function useMoveRequest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ requestId, move }: { requestId: string; move: Move }) => {
      const params = { path: { request_id: requestId } };
      if (move.to === 'issue')
        return take(
          api.POST('/api/v1/invoice-requests/{request_id}/issue', {
            params,
            body: { fapiao_number: move.number, fapiao_code: '' },
          }),
        );
      if (move.to === 'send') return take(api.POST('/api/v1/invoice-requests/{request_id}/send', { params }));
      if (move.to === 'refuse')
        return take(
          api.POST('/api/v1/invoice-requests/{request_id}/refuse', { params, body: { reason: move.reason } }),
        );
      return take(
        api.POST('/api/v1/invoice-requests/{request_id}/red-letter', {
          params,
          body: { red_number: move.number, reason: move.reason },
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['invoice-requests'] }),
  });
}

export interface ReportAsked {
  group_by: Schemas['GroupBy'];
  since: string;
  until: string;
  electricity_price?: string;
  site_id?: string;
  tariff_id?: string;
  customer_group?: string;
}

export function useReport(query: ReportAsked) {
  return useQuery({
    queryKey: ['report', query],
    queryFn: () => take(api.GET('/api/v1/reports/revenue', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function saveReport(query: ReportAsked, sheet: 'csv' | 'xlsx' | 'pdf'): Promise<void> {
  const given = { params: { query }, parseAs: 'blob' } as const;
  const asked = {
    csv: () => take(api.GET('/api/v1/reports/revenue/csv', given)),
    xlsx: () => take(api.GET('/api/v1/reports/revenue/xlsx', given)),
    pdf: () => take(api.GET('/api/v1/reports/revenue/pdf', given)),
  }[sheet]();
  return save(asked, `revenue.${sheet}`);
}
