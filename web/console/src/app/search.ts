import { refusalKinds } from '../queries/refusalKinds';

/** Reads the part of an address after `?`. What cannot be read is left out: an old or hand-written link still opens its page. */
type Given = Record<string, unknown>;

function text(given: Given, name: string): string | undefined {
  const value = given[name];
  if (typeof value === 'number') return String(value); // the router reads `?q=42` as a number
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

function choice<Choice extends string>(given: Given, name: string, choices: readonly Choice[]): Choice | undefined {
  const value = text(given, name);
  return choices.find((candidate) => candidate === value);
}

function instant(given: Given, name: string): string | undefined {
  const value = text(given, name);
  return value !== undefined && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function day(given: Given, name: string): string | undefined {
  const value = text(given, name);
  return value && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

/** A list that is cut into pages by cursors; `page` counts for the reader only. */
interface Paged {
  after?: string;
  page?: number;
  /** Columns that are left out. */
  hide?: string;
}

function paged(given: Given): Paged {
  const after = typeof given.after === 'string' && given.after.length <= 2_000 ? given.after : undefined;
  const page = Number(given.page);
  const hide = text(given, 'hide');
  return {
    ...(hide && { hide }),
    ...(after && { after, page: Number.isSafeInteger(page) && page > 1 ? page : 2 }),
  };
}

type Defined<Search> = { [Key in keyof Search]?: Exclude<Search[Key], undefined> };

function compact<Search extends object>(search: Search): Defined<Search> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Defined<Search>;
}

export const stationFilters = ['online', 'offline', 'faulted', 'charging'] as const;
export const registrations = ['accepted', 'pending', 'blocked'] as const;
export const stationTabs = ['now', 'commands', 'wire', 'sessions', 'settings', 'history'] as const;
/** Hours that the axis of a station's page shows. */
export const daySpans = ['1', '6', '24'] as const;
export const sessionFilters = ['open', 'closed'] as const;
export const siteViews = ['list', 'map'] as const;
export const reservationStates = ['requested', 'held', 'used', 'expired', 'cancelled', 'refused', 'removed'] as const;
export const directions = ['in', 'out'] as const;

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export const readWebhook = (given: Given) =>
  compact({ state: choice(given, 'state', deliveryStates), edit: text(given, 'edit'), ...paged(given) });
export const letterStates = ['waiting', 'sent', 'refused', 'given_up'] as const;
export const readLetters = (given: Given) =>
  compact({
    q: text(given, 'q'),
    state: choice(given, 'state', letterStates),
    edit: text(given, 'edit'),
    ...paged(given),
  });
export const readRefusals = (given: Given) => compact({ kind: choice(given, 'kind', refusalKinds) });
export const readSignIn = (given: Given) => compact({ next: text(given, 'next'), operator: text(given, 'operator') });
export const readList = (given: Given) =>
  compact({ q: text(given, 'q'), sort: text(given, 'sort'), edit: text(given, 'edit'), ...paged(given) });
export const nowKinds = ['faulted', 'stuck', 'payment', 'pending', 'offline', 'unseen'] as const;
/** What is going on now: of what waits for a person, only this. */
export const readNow = (given: Given) => compact({ only: choice(given, 'only', nowKinds) });
/** The partners, and below them the records of a partner's sessions, which are a list of their own. */
export const readPartners = (given: Given) => {
  const { after: recordsAfter, page: recordsPage } = paged({ after: given.recordsAfter, page: given.recordsPage });
  return { ...readList(given), ...compact({ of: text(given, 'of'), recordsAfter, recordsPage }) };
};
/** The payees: of whom a form is open, and which agreement is to end. */
export const readPayees = (given: Given) => ({ ...readList(given), ...compact({ end: text(given, 'end') }) });
/** The books: until when the trial balance is drawn. */
export const readLedger = (given: Given) => ({ ...readList(given), ...compact({ at: text(given, 'at') }) });
export const powerSpans = ['day', 'month'] as const;
/** A site's page: how much of its power is shown, and of which day or month. */
export const readSite = (given: Given) =>
  compact({ edit: text(given, 'edit'), power: choice(given, 'power', powerSpans), on: day(given, 'on') });
export const readSites = (given: Given) => ({
  ...readList(given),
  ...compact({ view: choice(given, 'view', siteViews) }),
});
export const readStations = (given: Given) =>
  compact({
    q: text(given, 'q'),
    site: text(given, 'site'),
    registration: choice(given, 'registration', registrations),
    state: choice(given, 'state', stationFilters),
    sort: text(given, 'sort'),
    hide: text(given, 'hide'),
    edit: text(given, 'edit'),
  });
/** What of a wire log is wanted. */
const wireFilter = (given: Given) => ({
  q: text(given, 'q'),
  direction: choice(given, 'direction', directions),
  day: day(given, 'day'),
});

export const readStation = (given: Given) =>
  compact({
    tab: choice(given, 'tab', stationTabs),
    edit: text(given, 'edit'),
    command: text(given, 'command'),
    span: choice(given, 'span', daySpans),
    sort: text(given, 'sort'),
    ...wireFilter(given),
    ...paged(given),
  });
export const readSessions = (given: Given) =>
  compact({
    state: choice(given, 'state', sessionFilters),
    station: text(given, 'station'),
    site: text(given, 'site'),
    token: text(given, 'token'),
    driver: text(given, 'driver'),
    from: instant(given, 'from'),
    to: instant(given, 'to'),
    sort: text(given, 'sort'),
    ...paged(given),
  });
/** How a session's measurements are shown, and which frames beside them. */
export const readSession = (given: Given) =>
  compact({
    view: choice(given, 'view', ['table'] as const),
    frames: choice(given, 'frames', ['all'] as const),
  });
export const documentKinds = ['receipt', 'invoice', 'statement', 'credit_note'] as const;
export const requestStates = ['requested', 'issued', 'sent', 'red_lettered', 'refused'] as const;
export const readDocuments = (given: Given) =>
  compact({
    q: text(given, 'q'),
    kind: choice(given, 'kind', documentKinds),
    sort: text(given, 'sort'),
    edit: text(given, 'edit'),
    company: text(given, 'company'),
    ...paged(given),
  });
export const reportGroups = ['site', 'station', 'connector', 'day', 'month', 'tariff', 'customer_group'] as const;
export const reportFigures = ['gross', 'energy', 'sessions', 'margin'] as const;
/** A report: what is added up, of which days and of which part of the network, and the figure that is drawn. */
export const readReports = (given: Given) =>
  compact({
    by: choice(given, 'by', reportGroups),
    from: day(given, 'from'),
    to: day(given, 'to'),
    price: text(given, 'price'),
    site: text(given, 'site'),
    tariff: text(given, 'tariff'),
    group: text(given, 'group'),
    figure: choice(given, 'figure', reportFigures),
    currency: text(given, 'currency'),
  });
export const readInvoiceRequests = (given: Given) =>
  compact({ state: choice(given, 'state', requestStates), ...paged(given) });
export const offerAudiences = ['everybody', 'coupon', 'group', 'company', 'driver', 'plan'] as const;
export const readOffers = (given: Given) =>
  compact({ q: text(given, 'q'), audience: choice(given, 'audience', offerAudiences), ...paged(given) });
export const readCoupons = (given: Given) =>
  compact({ q: text(given, 'q'), offer: text(given, 'offer'), edit: text(given, 'edit'), ...paged(given) });
export const readPurchases = (given: Given) => compact({ edit: text(given, 'edit') });
export const readWhatIf = (given: Given) =>
  compact({ tariff: text(given, 'tariff'), question: text(given, 'question') });
export const readReservations = (given: Given) =>
  compact({
    state: choice(given, 'state', reservationStates),
    station: text(given, 'station'),
    edit: choice(given, 'edit', ['new', 'rules'] as const),
    ...paged(given),
  });
export const commandOutcomes = ['queued', 'accepted', 'rejected', 'unsupported', 'timed_out', 'undelivered'] as const;
export const readCommands = (given: Given) =>
  compact({
    station: text(given, 'station'),
    site: text(given, 'site'),
    outcome: choice(given, 'outcome', commandOutcomes),
    by: text(given, 'by'),
    ...paged(given),
  });
export const readTokens = (given: Given) =>
  compact({
    q: text(given, 'q'),
    driver: text(given, 'driver'),
    group: text(given, 'group'),
    sort: text(given, 'sort'),
    edit: text(given, 'edit'),
    ...paged(given),
  });
export const readComplaints = (given: Given) =>
  compact({ show: choice(given, 'show', ['over', 'all'] as const), edit: text(given, 'edit'), ...paged(given) });
export const readReceivables = (given: Given) =>
  compact({ debtor: text(given, 'debtor'), show: choice(given, 'show', ['open', 'all'] as const), ...paged(given) });
export const readClosings = (given: Given) =>
  compact({ show: choice(given, 'show', ['to_pay'] as const), ...paged(given) });
export const readPayments = (given: Given) =>
  compact({
    q: text(given, 'q'),
    state: text(given, 'state'),
    sort: text(given, 'sort'),
    edit: text(given, 'edit'),
    ...paged(given),
  });
export const settlementStates = [
  'draft',
  'approved',
  'paying',
  'paid',
  'returned',
  'owed',
  'cleared',
  'cancelled',
] as const;
export const readSettlements = (given: Given) =>
  compact({ state: choice(given, 'state', settlementStates), ...paged(given) });
export const readWire = (given: Given) => compact({ station: text(given, 'station'), ...wireFilter(given) });
export const readAudit = (given: Given) =>
  compact({
    actor: text(given, 'actor'),
    subject: text(given, 'subject'),
    action: text(given, 'action'),
    ...paged(given),
  });

export interface WallSearch {
  severity?: 'critical' | 'major' | 'minor' | 'off';
  sound?: 'on';
}

/** From which severity on a fault takes the screen, and whether it sounds. */
export function readWall(raw: Record<string, unknown>): WallSearch {
  const severity = (['critical', 'major', 'minor', 'off'] as const).find((known) => known === raw.severity);
  return { ...(severity && { severity }), ...(raw.sound === 'on' && { sound: 'on' as const }) };
}
