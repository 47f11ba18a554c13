import { useSyncExternalStore } from 'react';

interface Notice {
  id: number;
  text: string;
}

const SHOWN_MILLIS = 5_000;
let notices: readonly Notice[] = [];
let count = 0;
const listeners = new Set<() => void>();

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Tell something in passing; it is read out, too. What must be acted on stands in the page instead. */
export function tellNotice(text: string): void {
  count += 1;
  const id = count;
  set([...notices.slice(-1), { id, text }]);
  setTimeout(() => set(notices.filter((notice) => notice.id !== id)), SHOWN_MILLIS);
}

/** Where notices appear. */
export function Notices() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <div className="bd-notices" role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <div key={id} className="bd-notice" data-testid="notice">
          {text}
        </div>
      ))}
    </div>
  );
}
