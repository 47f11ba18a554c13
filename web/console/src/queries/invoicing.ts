import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

export type Profile = Schemas['InvoiceProfile'];
export type ProfileBody = Schemas['InvoiceProfileBody'];

/** Receipts that one invoice may stand for at once here. */
const RECEIPTS = 1_000;

export function useInvoiceProfile() {
  return useQuery({ queryKey: ['invoice-profile'], queryFn: () => take(api.GET('/api/v1/invoice-profile')) });
}

export function useSaveInvoiceProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProfileBody) => take(api.PUT('/api/v1/invoice-profile', { body })),
    onSuccess: (profile) => client.setQueryData(['invoice-profile'], profile),
  });
}

/** A sample invoice by a profile that is not saved yet, as the PDF that a buyer would get. */
export function readSample(body: ProfileBody): Promise<Blob> {
  return take(api.POST('/api/v1/invoice-profile/preview', { body, parseAs: 'blob' }));
}

export interface OpenReceipts {
  company?: string | undefined;
  driver?: string | undefined;
  since: string;
  until: string;
}

/** Receipts that stand on no invoice yet; nothing is asked until a buyer is named. */
export function useOpenReceipts({ company, driver, since, until }: OpenReceipts) {
  const query = {
    is_open: true,
    limit: RECEIPTS,
    since,
    until,
    ...(company && { company_id: company }),
    ...(driver && { driver_id: driver }),
  };
  return useQuery({
    queryKey: ['documents', 'open', query],
    enabled: Boolean(company || driver),
    queryFn: async () => (await take(api.GET('/api/v1/documents', { params: { query } }))).items,
    placeholderData: keepPreviousData,
  });
}

/** The buyer of the newest invoice or statement to somebody of this name: whoever was billed once is not typed again. */
export function useLastBuyer(name: string | undefined) {
  return useQuery({
    queryKey: ['documents', 'last-buyer', name],
    enabled: Boolean(name),
    queryFn: async () => {
      const query = { q: name ?? '', limit: 1, sort: '-issued_at' as const };
      const { items } = await take(api.GET('/api/v1/documents', { params: { query } }));
      const found = items.find(({ buyer_name: buyer }) => buyer === name);
      if (!found) return null;
      const params = { path: { document_id: found.document_id } };
      return (await take(api.GET('/api/v1/documents/{document_id}', { params }))).buyer;
    },
  });
}

export function useIssueInvoice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: Schemas['InvoiceBody'] & { key: string }) =>
      take(api.POST('/api/v1/invoices', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['documents'] }),
  });
}
