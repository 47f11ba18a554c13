import { type Schemas, take } from '@busbar/client';
import { ApiProblem, currentLanguage } from '@busbar/kit';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

/** Personal data goes from memory when its person signs out. */
const meta = { isPersonal: true };

/**
 * Whether the server has said no: then the next try is a wish of its own. Where no answer came, or none that tells what
 * became of the wish, the next try carries the same key, so that nothing is paid twice.
 */
export function isRefused(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500;
}

/** The ways to pay here. */
export function payOptionsQuery() {
  return queryOptions({
    queryKey: ['pay-options'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/driver/pay-options', { signal })),
  });
}

export function startGuestPayment(body: Schemas['GuestBody'], key: string): Promise<Schemas['GuestStart']> {
  return take(api.POST('/api/v1/driver/guest-payments', { body, params: { header: { 'Idempotency-Key': key } } }));
}

/** What a guest's link shows. */
export function guestStayQuery(link: string) {
  return queryOptions({
    queryKey: ['guest', link],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/driver/guest-payments/{link}', { params: { path: { link } }, signal })),
  });
}

export function stopGuestSession(link: string): Promise<Schemas['GuestStay']> {
  return take(api.POST('/api/v1/driver/guest-payments/{link}/stop', { params: { path: { link } } }));
}

/** Where the receipt of a guest's charge lies as PDF, in the language of the app. */
export function guestReceiptAddress(link: string): string {
  return `/api/v1/driver/guest-payments/${encodeURIComponent(link)}/receipt?language=${currentLanguage()}`;
}

export function startTopUp(body: Schemas['TopUpBody'], key: string): Promise<Schemas['DriverPayment']> {
  return take(api.POST('/api/v1/driver/top-ups', { body, params: { header: { 'Idempotency-Key': key } } }));
}

export function saveCard(body: Schemas['CardBody'], key: string): Promise<Schemas['DriverPayment']> {
  return take(api.POST('/api/v1/driver/payment-cards', { body, params: { header: { 'Idempotency-Key': key } } }));
}

/** One's own saved cards. */
export function savedCardsQuery() {
  return queryOptions({
    queryKey: ['payment-cards'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/driver/payment-cards', { signal })),
    meta,
  });
}

export async function removeSavedCard(methodId: string): Promise<void> {
  await take(api.DELETE('/api/v1/driver/payment-cards/{method_id}', { params: { path: { method_id: methodId } } }));
}

/** One's own newest payments. */
export function myPaymentsQuery() {
  return queryOptions({
    queryKey: ['payments'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/driver/payments', { signal })),
    meta,
  });
}

/** Whether it can still be paid. */
export function isPayable({ state }: Schemas['DriverPayment']): boolean {
  return state === 'created' || state === 'pending';
}

/** One of one's own payments; while it waits for the payer, the server asks its provider. */
export function myPaymentQuery(paymentId: string | null) {
  return queryOptions({
    queryKey: ['payments', paymentId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/payments/{payment_id}', {
          params: { path: { payment_id: paymentId ?? '' } },
          signal,
        }),
      ),
    enabled: paymentId !== null,
    meta,
  });
}
