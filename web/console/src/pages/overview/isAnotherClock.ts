/** In the middle of winter and of summer: between them lie all changes of a year's clocks. */
const SEASONS = [0, 6].map((month) => Date.UTC(2026, month, 15, 12));

/** Whether the clocks of two zones ever differ in a year. */
export function isAnotherClock(zone: string, other: string): boolean {
  const [tell, tellOther] = [zone, other].map((timeZone) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format.bind(undefined),
  );
  return SEASONS.some((at) => tell?.(at) !== tellOther?.(at));
}
