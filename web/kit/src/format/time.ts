import { NO_VALUE } from './quantity';

export type Instant = string | number | Date | null | undefined;

const timeFormats = new Map<string, Intl.DateTimeFormat>();

function timeFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = timeFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    timeFormats.set(key, format);
  }
  return format;
}

/** Milliseconds of an instant as the API writes it (RFC 3339), or null. */
export function toMillis(at: Instant): number | null {
  if (at == null) return null;
  const millis = at instanceof Date ? at.getTime() : typeof at === 'number' ? at : Date.parse(at);
  return Number.isNaN(millis) ? null : millis;
}

const shapes = {
  dateTime: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  dateTimeSeconds: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  dayTime: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'long' },
  weekdayTime: { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit' },
  timeSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  timeMillis: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type InstantShape = keyof typeof shapes;

/** An instant in the reader's zone, or in `timeZone` (an IANA name, such as a site's). */
export function formatInstant(
  locale: string,
  at: Instant,
  shape: InstantShape = 'dateTime',
  timeZone?: string,
): string {
  const millis = toMillis(at);
  if (millis === null) return NO_VALUE;
  return timeFormat(locale, { ...shapes[shape], hourCycle: 'h23', ...(timeZone ? { timeZone } : {}) }).format(millis);
}

/** A duration as a clock that everybody reads: `0:42`, `17:05`, `3:07:20`. */
export function formatClock(durationS: number | null | undefined): string {
  if (durationS == null) return NO_VALUE;
  const whole = Math.max(0, Math.floor(durationS));
  const seconds = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3_600);
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

const durationUnits = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;

/** A duration in words, its two largest parts: `3 h 7 min`. */
export function formatDuration(locale: string, durationS: number | null | undefined): string {
  if (durationS == null) return NO_VALUE;
  let rest = Math.max(0, Math.floor(durationS));
  const parts: [string, number][] = [];
  for (const [unit, size] of Object.entries(durationUnits)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || (unit === 'seconds' && !parts.length)) parts.push([unit, count]);
  }
  return parts
    .slice(0, 2)
    .map(([unit, count]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: unit.slice(0, -1), unitDisplay: 'short' }).format(count),
    )
    .join(' ');
}

/** How long ago or how soon, in the largest fitting unit: `3 minutes ago`. */
export function formatAge(locale: string, at: Instant, nowMillis: number): string {
  const millis = toMillis(at);
  if (millis === null) return NO_VALUE;
  const seconds = Math.round((millis - nowMillis) / 1_000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3_600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
