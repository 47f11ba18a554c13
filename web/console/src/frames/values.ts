import { formatInstant } from '@busbar/kit';

/** The words that a language has for what stands in frames. */
export interface FrameTexts {
  call: Record<string, string>;
  answer: Record<string, string>;
  error: Record<string, string>;
  note: Record<string, string>;
  where: Record<string, string>;
  word: Record<string, string>;
}

export interface Speech {
  texts: FrameTexts;
  locale: string;
}

/** How a value is read: as it is, as a word of the protocol, as a time, a number of things, an amount. */
export type Kind = 'text' | 'word' | 'seconds' | 'instant' | 'count' | 'wh' | 'list';

/** What to read, and the places where it may stand; the first that holds something counts. */
export type Spec = readonly [kind: Kind, ...paths: string[]];

export type Values = Record<string, string>;

/** OCPP 1.6 says of every status which fault there is, mostly this one. */
const NONE = 'NoError';
const LIST_MOST = 4;
const TEXT_MOST = 120;

/** What stands at `a.b.0.c`; undefined when there is nothing. */
export function dig(payload: unknown, path: string): unknown {
  let at: unknown = payload;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at ?? undefined;
}

function cut(text: string): string {
  return text.length > TEXT_MOST ? `${text.slice(0, TEXT_MOST)}…` : text;
}

/** A word of the protocol in the language of the reader; one that we have no word for stays as it is. */
export function sayWord({ texts }: Speech, word: string): string {
  return texts.word[word] ?? word;
}

function sayScalar(value: unknown): string {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return '';
}

function readAs(speech: Speech, kind: Kind, value: unknown): string {
  switch (kind) {
    case 'text':
      return sayScalar(value);
    case 'word':
      return value === NONE ? '' : typeof value === 'string' ? sayWord(speech, value) : sayScalar(value);
    case 'seconds':
      return typeof value === 'number'
        ? new Intl.NumberFormat(speech.locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(value)
        : '';
    case 'instant': {
      const isInstant = typeof value === 'string' && !Number.isNaN(Date.parse(value));
      return isInstant ? formatInstant(speech.locale, value, 'dateTimeSeconds') : '';
    }
    case 'count':
      return Array.isArray(value) ? new Intl.NumberFormat(speech.locale).format(value.length) : '';
    case 'wh':
      return typeof value === 'number' ? `${new Intl.NumberFormat(speech.locale).format(value)} Wh` : '';
    case 'list':
      return Array.isArray(value) ? sayList(speech, value) : sayScalar(value);
  }
}

function sayList(speech: Speech, values: unknown[]): string {
  const said = values.slice(0, LIST_MOST).map((value) => {
    if (typeof value !== 'object' || value === null) return sayWord(speech, sayScalar(value));
    return nameOf(value);
  });
  return said.filter(Boolean).join(', ') + (values.length > LIST_MOST ? ' …' : '');
}

/** A setting as both protocols name one: `HeartbeatInterval = 300`, `OCPPCommCtrlr.HeartbeatInterval = 300`. */
function nameOf(entry: object): string {
  const name =
    [dig(entry, 'component.name'), dig(entry, 'variable.name')].filter(Boolean).join('.') ||
    sayScalar(dig(entry, 'key') ?? dig(entry, 'id') ?? dig(entry, 'idToken.idToken') ?? dig(entry, 'idTag'));
  const value = sayScalar(dig(entry, 'value') ?? dig(entry, 'attributeValue') ?? dig(entry, 'actualValue'));
  return value === '' ? name : `${name} = ${value}`;
}

export function readSpec(speech: Speech, payload: unknown, [kind, ...paths]: Spec): string {
  for (const path of paths) {
    const value = dig(payload, path);
    if (value !== undefined) return readAs(speech, kind, value);
  }
  return '';
}

/** Which part of the station is meant, in both protocols' ways: 1.6 connector n is EVSE n, 0 is all of it. */
export function readWhere(payload: unknown): { evse: number | null; connector: number | null } {
  const evse = dig(payload, 'evse.id') ?? dig(payload, 'evseId');
  const connector = dig(payload, 'evse.connectorId') ?? dig(payload, 'connectorId');
  if (typeof evse === 'number')
    return { evse, connector: typeof connector === 'number' && connector > 0 ? connector : null };
  return { evse: typeof connector === 'number' ? connector : null, connector: null };
}

function sayWhere({ texts }: Speech, payload: unknown): string {
  const { evse, connector } = readWhere(payload);
  if (evse === null) return '';
  if (evse === 0) return texts.where.station ?? '';
  const pattern = connector === null ? texts.where.evse : texts.where.connector;
  return fill(pattern ?? '', { evse: String(evse), connector: String(connector ?? '') });
}

/** Most sampled values that one sentence tells. */
const SAMPLES_MOST = 5;

/** What was measured last in a message: `power 7,360 W, current L1 32 A`. */
function saySamples(speech: Speech, payload: unknown): string {
  const moments = dig(payload, 'meterValue') ?? dig(payload, 'transactionData');
  const sampled = Array.isArray(moments) ? dig(moments.at(-1), 'sampledValue') : undefined;
  if (!Array.isArray(sampled)) return '';
  const said = sampled.slice(0, SAMPLES_MOST).map((sample: unknown) => {
    const what = sayScalar(dig(sample, 'measurand')) || 'Energy.Active.Import.Register';
    const value = Number(dig(sample, 'value'));
    const amount = Number.isFinite(value)
      ? new Intl.NumberFormat(speech.locale, { maximumFractionDigits: 2 }).format(value)
      : cut(sayScalar(dig(sample, 'value')));
    const given = sayScalar(dig(sample, 'unit') ?? dig(sample, 'unitOfMeasure.unit'));
    const unit = given === 'Percent' ? '%' : given || (what.startsWith('Energy.Active') ? 'Wh' : '');
    return [sayWord(speech, what), sayScalar(dig(sample, 'phase')), amount, unit].filter(Boolean).join(' ');
  });
  return said.join(', ') + (sampled.length > SAMPLES_MOST ? ' …' : '');
}

/** What every message may hold. */
const everywhere: Record<string, Spec> = {
  token: ['text', 'idTag', 'idToken.idToken'],
  tx: ['text', 'transactionId', 'transactionInfo.transactionId'],
  status: ['word', 'status', 'idTagInfo.status', 'idTokenInfo.status'],
  why: ['text', 'statusInfo.additionalInfo', 'statusInfo.reasonCode'],
};

export function readValues(speech: Speech, payload: unknown, specs: Record<string, Spec> = {}): Values {
  const values: Values = { where: sayWhere(speech, payload), samples: saySamples(speech, payload) };
  for (const [name, spec] of Object.entries({ ...everywhere, ...specs }))
    values[name] = readSpec(speech, payload, spec);
  return values;
}

/** Fill a pattern: `{name}` is a value, and what stands in `[…]` goes when none of its values is there. */
export function fill(pattern: string, values: Values): string {
  const put = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const kept = pattern.replace(/\[([^[\]]*)\]/g, (_, part: string) => {
    const names = [...part.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return names.every((name) => values[name]) ? put(part) : '';
  });
  return put(kept).replace(/\s+/g, ' ').trim();
}

/** The names that a pattern fills in, for the test of the texts. */
export function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

/** Fields of a message that we have no sentence for: the first few that can be said in a word. */
export function sayFields(speech: Speech, payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return '';
  return Object.entries(payload)
    .map(([name, value]) => [name, Array.isArray(value) ? sayList(speech, value) : sayScalar(value)] as const)
    .filter(([, value]) => value !== '')
    .slice(0, LIST_MOST)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
