import { type Schemas, take } from '@busbar/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

/** The receipt and invoice of a charge, the newest first. */
export function documentsQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['documents', sessionId],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/driver/documents', { params: { query: { session_id: sessionId, limit: 20 } }, signal })),
  });
}

export async function savePdf({ document_id: documentId, reference }: Schemas['DocumentSummary']): Promise<void> {
  const blob = await take(
    api.GET('/api/v1/driver/documents/{document_id}/pdf', {
      params: { path: { document_id: documentId } },
      parseAs: 'blob',
    }),
  );
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${reference}.pdf`;
  link.click();
  URL.revokeObjectURL(address);
}

export function requestInvoice(body: Schemas['InvoiceRequestBody']): Promise<Schemas['InvoiceRequest']> {
  return take(api.POST('/api/v1/driver/invoice-requests', { body }));
}
