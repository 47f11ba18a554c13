import { useNow } from '@busbar/kit';

/** How long something still lasts, by the second: 12:05, or 1:02:05. */
export function writeLeft(millis: number): string {
  const seconds = Math.max(0, Math.ceil(millis / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The time that is left until an instant. A screen reader is not told each second. */
export function Countdown({ until }: { until: string }) {
  const now = useNow();
  return (
    <time dateTime={until} className="bd-countdown" data-testid="countdown" role="timer" aria-live="off">
      {writeLeft(Date.parse(until) - now)}
    </time>
  );
}
