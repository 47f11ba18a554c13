import type { Schemas } from '@busbar/client';
import dayjs, { type Dayjs } from 'dayjs';

type Terms = Schemas['OfferTermsBody'];

export const offerKinds = ['percentage', 'fixed', 'free_energy', 'staff_price'] as const;
export const audiences = ['everybody', 'coupon', 'group', 'company', 'driver', 'plan'] as const;
export const reducedKinds = ['energy', 'time', 'parking', 'idle', 'flat'] as const;
export const shares = ['electricity', 'service'] as const;

export interface OfferValues {
  name: string;
  kind: Schemas['OfferKind'];
  value: string | null;
  currency: string;
  shares: Schemas['Share'][];
  kinds: Schemas['LineKind'][];
  min_amount?: string | null;
  max_amount?: string | null;
  is_exclusive: boolean;
  priority?: number | null;
  audience: Schemas['Audience'];
  subject?: string | null;
  site_ids: string[];
  valid_from?: Dayjs | null;
  valid_until?: Dayjs | null;
}

export function beginOffer(currency: string): OfferValues {
  return {
    name: '',
    kind: 'percentage',
    value: '10',
    currency,
    shares: [],
    kinds: [],
    is_exclusive: false,
    priority: 0,
    audience: 'everybody',
    site_ids: [],
  };
}

export function toOfferValues(offer: Schemas['Offer'], currency: string): OfferValues {
  const { kind, value, shares: reduced, kinds, min_amount, max_amount, is_exclusive, priority } = offer.terms;
  return {
    name: offer.name,
    kind,
    value,
    currency: offer.currency ?? currency,
    shares: reduced,
    kinds,
    min_amount,
    max_amount,
    is_exclusive,
    priority,
    audience: offer.audience,
    subject: offer.subject,
    site_ids: offer.site_ids,
    valid_from: dayjs(offer.valid_from),
    valid_until: offer.valid_until ? dayjs(offer.valid_until) : null,
  };
}

/** Whether an offer speaks of money, so that it holds for one currency alone. */
export function hasAmounts({ kind, min_amount, max_amount }: Pick<OfferValues, 'kind' | 'min_amount' | 'max_amount'>) {
  return kind === 'fixed' || kind === 'staff_price' || Boolean(min_amount) || Boolean(max_amount);
}

export function toTerms(values: OfferValues): Terms {
  return {
    kind: values.kind,
    value: values.value || '0',
    shares: values.shares,
    kinds: values.kinds,
    min_amount: values.min_amount || null,
    max_amount: values.max_amount || null,
    is_exclusive: values.is_exclusive,
    priority: values.priority ?? 0,
  };
}

export function toOfferBody(values: OfferValues): Schemas['OfferBody'] {
  const hasSubject = ['group', 'company', 'driver', 'plan'].includes(values.audience);
  return {
    name: values.name.trim(),
    terms: toTerms(values),
    audience: values.audience,
    subject: hasSubject ? (values.subject ?? '') : '',
    site_ids: values.site_ids,
    currency: hasAmounts(values) || values.audience === 'coupon' ? values.currency : null,
    valid_from: values.valid_from?.toISOString() ?? null,
    valid_until: values.valid_until?.toISOString() ?? null,
  };
}

/** Where an offer stands now. */
export function stateOf(
  { valid_from: from, valid_until: until }: Pick<Schemas['Offer'], 'valid_from' | 'valid_until'>,
  nowMillis: number,
): 'planned' | 'running' | 'over' {
  if (Date.parse(from) > nowMillis) return 'planned';
  return until !== null && Date.parse(until) <= nowMillis ? 'over' : 'running';
}

/** Letters and digits that nobody takes for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const RANDOM_CHARS = 10;

/** Codes that nobody guesses: 50 random bits each. */
export function makeCodes(count: number, prefix: string): string[] {
  const codes = new Set<string>();
  while (codes.size < count) {
    const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARS));
    codes.add(prefix + Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join(''));
  }
  return [...codes];
}
