import { type Schemas, take } from '@busbar/client';
import { currentLanguage } from '@busbar/kit';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

const REQUESTS_SHOWN = 100;
const REVOKE_MILLIS = 10_000;

/** The receipts of a charge, the newest first. */
export function documentsQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['documents', sessionId],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/driver/documents', { params: { query: { session_id: sessionId, limit: 20 } }, signal })),
    meta: { isPersonal: true },
  });
}

/** The invoice that a receipt stands on. */
export function invoiceQuery(documentId: string | null) {
  return queryOptions({
    queryKey: ['documents', 'one', documentId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/documents/{document_id}', {
          params: { path: { document_id: documentId ?? '' } },
          signal,
        }),
      ),
    enabled: documentId !== null,
    meta: { isPersonal: true },
  });
}

/** What was asked for on paper; the newest first. */
export const invoiceRequestsQuery = queryOptions({
  queryKey: ['documents', 'requests'],
  queryFn: ({ signal }) =>
    take(api.GET('/api/v1/driver/invoice-requests', { params: { query: { limit: REQUESTS_SHOWN } }, signal })),
  meta: { isPersonal: true },
});

/** What names a document, in a list and alone. */
export type Paper = Pick<Schemas['DocumentSummary'], 'document_id' | 'kind' | 'reference'>;

export async function savePdf({ document_id: documentId, reference }: Paper): Promise<void> {
  const blob = await take(
    api.GET('/api/v1/driver/documents/{document_id}/pdf', {
      params: { path: { document_id: documentId }, query: { language: currentLanguage() } },
      parseAs: 'blob',
    }),
  );
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${reference}.pdf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MILLIS); // at once, it would be gone before it is saved
}

export function requestInvoice(body: Schemas['InvoiceRequestBody']): Promise<Schemas['InvoiceRequest']> {
  return take(api.POST('/api/v1/driver/invoice-requests', { body }));
}

export const statementQuery = queryOptions({
  queryKey: ['statement'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/statement', { signal })),
  meta: { isPersonal: true },
});

/** Says whether and how one gets monthly statements. */
export function putStatement(body: Schemas['StatementPlanBody']): Promise<Schemas['StatementPlan']> {
  return take(api.PUT('/api/v1/driver/statement', { body }));
}
