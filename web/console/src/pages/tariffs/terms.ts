import type { Schemas } from '@busbar/client';

export type Terms = Schemas['TariffTerms'];
export type Element = Schemas['TariffElement'];
export type Component = Schemas['TariffComponent'];
export type Restrictions = Schemas['TariffRestrictions'];
export type Table = Schemas['TariffPeriodTable'];
export type PriceLimit = Schemas['TariffPriceLimit'];
export type EnergyMix = Schemas['TariffEnergyMix'];

/** As the server bounds them. */
export const ELEMENTS_MAX = 200;
export const COMPONENTS_MAX = 20;
export const TABLES_MAX = 60;

export const dimensions = ['energy', 'time', 'parking', 'idle', 'flat'] as const;
export const shares = ['none', 'electricity', 'service'] as const;
export const periods = ['sharp', 'peak', 'flat', 'valley', 'deep_valley'] as const;
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const dayTypes = ['workday', 'weekend', 'holiday'] as const;
export const reservationCases = ['reservation', 'reservation_expires', 'reservation_cancelled'] as const;
export const roundings = ['half_up', 'half_even', 'down'] as const;
export const letters: Record<(typeof periods)[number], string> = {
  sharp: 'S',
  peak: 'P',
  flat: 'F',
  valley: 'V',
  deep_valley: 'D',
};
export const SLOTS = 48;

const noRestrictions: Restrictions = {
  day_types: [],
  end_date: null,
  end_time: null,
  max_current_ma: null,
  max_duration_s: null,
  max_energy_wh: null,
  max_power_w: null,
  min_current_ma: null,
  min_duration_s: null,
  min_energy_wh: null,
  min_power_w: null,
  period: null,
  reservation: null,
  season_end: null,
  season_start: null,
  start_date: null,
  start_time: null,
  weekdays: [],
};

const noTerms: Terms = {
  currency: 'EUR',
  elements: [],
  energy_mix: null,
  hold_amount: null,
  kind: null,
  max_price: null,
  min_price: null,
  rounding: 'half_up',
  tables: [],
  tax_included: 'yes',
  texts: [],
  url: null,
  valid_from: null,
  valid_until: null,
};

const noTable: Table = {
  day_types: [],
  season_end: null,
  season_start: null,
  slots: 'F'.repeat(SLOTS),
  weekdays: [],
};

export function newComponent(given: Partial<Component> = {}): Component {
  return {
    cap: null,
    dimension: 'energy',
    grace_s: 0,
    per: 'hour',
    price: '0.50',
    share: 'none',
    step: 0,
    vat_percent: null,
    ...given,
  };
}

export function newElement(given: Partial<Element> = {}): Element {
  return {
    name: '',
    components: [newComponent()],
    ...given,
    restrictions: { ...noRestrictions, ...given.restrictions },
  };
}

/** Terms as the API gives them leave out what says nothing; here everything stands. */
export function fillTerms(given: Partial<Terms>): Terms {
  // what the server leaves out is what its own defaults are
  const isGiven = given.elements !== undefined;
  return {
    ...noTerms,
    ...(isGiven && { tax_included: 'no' as const }),
    ...given,
    elements: (given.elements ?? []).map((element) => ({
      ...newElement(element),
      components: element.components.map((component) => newComponent(component)),
    })),
    tables: (given.tables ?? []).map((table) => newTable(table)),
    min_price: fillLimit(given.min_price),
    max_price: fillLimit(given.max_price),
    energy_mix: given.energy_mix ? { ...newMix(), ...given.energy_mix } : null,
  };
}

function fillLimit(limit: Partial<PriceLimit> | null | undefined): PriceLimit | null {
  return limit ? { before_taxes: null, after_taxes: null, ...limit } : null;
}

/** A smallest or largest price with one of its sides changed; null: it bounds nothing any more. */
export function limitOf(
  limit: PriceLimit | null,
  side: 'before_taxes' | 'after_taxes',
  given: string | null,
): PriceLimit | null {
  const changed = { before_taxes: null, after_taxes: null, ...limit, [side]: given };
  return changed.before_taxes === null && changed.after_taxes === null ? null : changed;
}

export function newMix(): EnergyMix {
  return { is_green: true, sources: [], carbon_dioxide_g: null, nuclear_waste_g: null, supplier: '', product: '' };
}

export function isTimed(dimension: Component['dimension']): boolean {
  return dimension === 'time' || dimension === 'parking' || dimension === 'idle';
}

/** The price of something else: what is not counted there (free minutes, a step in another unit, a cap) goes. */
export function changeDimension(component: Component, dimension: Component['dimension']): Component {
  const hasGrace = dimension === 'parking' || dimension === 'idle';
  return {
    ...component,
    dimension,
    grace_s: hasGrace ? component.grace_s : 0,
    step: isTimed(dimension) === isTimed(component.dimension) && dimension !== 'flat' ? component.step : 0,
    cap: dimension === 'flat' ? null : component.cap,
  };
}

const common = ['start_time', 'end_time', 'weekdays', 'day_types', 'period'];

/** Whether an element is bound by more than times, days and periods. */
export function isRare(restrictions: Restrictions): boolean {
  return Object.entries(restrictions).some(([key, value]) => !common.includes(key) && value !== null);
}

/** Whether a tariff says more than prices and their bounds. */
export function hasMore({ valid_from, valid_until, texts, url, energy_mix, rounding }: Terms): boolean {
  return Boolean(valid_from || valid_until || texts.length || url || energy_mix) || rounding !== 'half_up';
}

/** What a new tariff begins with. */
export function beginTerms(currency: string): Terms {
  return { ...noTerms, currency, elements: [newElement()] };
}

/** A day whose half-hours are all of one period. */
export function newTable(given: Partial<Table> = {}): Table {
  return { ...noTable, ...given };
}

/** The list with one of its items changed. */
export function replaceAt<Item>(items: readonly Item[], index: number, changed: Item): Item[] {
  return items.map((item, place) => (place === index ? changed : item));
}

/** The list without one of its items. */
export function removeAt<Item>(items: readonly Item[], index: number): Item[] {
  return items.filter((_, place) => place !== index);
}

/** The list with two neighbours changed over: the first element that matches holds, so their order counts. */
export function moveUp<Item>(items: readonly Item[], index: number): Item[] {
  const moved = [...items];
  const [item] = moved.splice(index, 1);
  if (item !== undefined) moved.splice(Math.max(0, index - 1), 0, item);
  return moved;
}

/** A day of half-hours with those from one to another painted as a period. */
export function paint(slots: string, from: number, to: number, letter: string): string {
  const [first, last] = from < to ? [from, to] : [to, from];
  return [...slots].map((old, index) => (index >= first && index <= last ? letter : old)).join('');
}
