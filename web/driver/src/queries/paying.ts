import { type Schemas, take } from '@busbar/client';
import { currentLanguage } from '@busbar/kit';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

/** Personal data goes from memory when its person signs out. */
const meta = { isPersonal: true };

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
