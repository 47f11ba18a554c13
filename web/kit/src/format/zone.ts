const partFormats = new Map<string, Intl.DateTimeFormat>();

/** How the clocks of a zone stand at an instant, as if that were UTC; in milliseconds. */
function wallClock(at: number, timeZone: string): number {
  let format = partFormats.get(timeZone);
  if (!format) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    partFormats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** The day that it is in a zone, `2026-03-29`. */
export function dayIn(at: number, timeZone: string): string {
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);
}

/** When a day begins in a zone, in milliseconds; days differ in length where clocks are changed. */
export function dayStart(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let at = wanted;
  // The shift at the first guess may be that of the day before; at the second it is right.
  for (let round = 0; round < 2; round += 1) at = wanted - (wallClock(at, timeZone) - at);
  // Where clocks skip midnight that is still the day before, and the day begins as much later as they skip.
  return at + Math.max(0, wanted - wallClock(at, timeZone));
}
