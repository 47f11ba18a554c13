import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { type LiveState, LiveStream } from './LiveStream';
import type { StreamEvent } from './sse';

/** An event whose data was JSON. */
export interface LiveEvent<Data = unknown> {
  id: string | null;
  type: string;
  data: Data;
}

type Listener = (events: LiveEvent[]) => void;

interface LiveValue {
  state: LiveState;
  /** Milliseconds of the last moment at which the line was known to be good. */
  lastOpenAt: number | null;
  listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<LiveValue | null>(null);

function decodeEvents(events: StreamEvent[]): LiveEvent[] {
  const decoded: LiveEvent[] = [];
  for (const { id, type, data } of events) {
    try {
      decoded.push({ id, type, data: JSON.parse(data) });
    } catch {
      // An event that we cannot read is one that this version of the page does not know.
    }
  }
  return decoded;
}

interface LiveProviderProps {
  /** Null: there is nothing to listen to yet, since nobody is signed in. */
  url: string | null;
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  children: ReactNode;
}

/** Holds the one live line of a page; `useLive` anywhere below hears what comes over it. */
export function LiveProvider({ url, fetch, children }: LiveProviderProps) {
  const listeners = useRef(new Set<Listener>());
  const [status, setStatus] = useState<{ state: LiveState; lastOpenAt: number | null }>({
    state: 'connecting',
    lastOpenAt: null,
  });

  useEffect(() => {
    if (url === null) return;
    const stream = new LiveStream({
      url,
      fetch,
      onEvents: (events) => {
        const decoded = decodeEvents(events);
        for (const listener of listeners.current) listener(decoded);
      },
      onState: (state) =>
        setStatus((before) => ({
          state,
          lastOpenAt: state === 'open' || before.state === 'open' ? Date.now() : before.lastOpenAt,
        })),
    });
    stream.open();
    return () => stream.close();
  }, [url, fetch]);

  const listen = useCallback((listener: Listener) => {
    const all = listeners.current;
    all.add(listener);
    return () => {
      all.delete(listener);
    };
  }, []);
  const value = useMemo<LiveValue>(() => ({ ...status, listen }), [status, listen]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

function useLiveContext(): LiveValue {
  const value = useContext(LiveContext);
  if (!value) throw new Error('live updates need a LiveProvider above');
  return value;
}

/** Hear live events in batches. `handler` may change between renders; events of other types are left out. */
export function useLive<Data = unknown>(types: readonly string[], handler: (events: LiveEvent<Data>[]) => void): void {
  const { listen } = useLiveContext();
  const latest = useRef({ types, handler });
  useEffect(() => {
    latest.current = { types, handler };
  });
  useEffect(
    () =>
      listen((events) => {
        const wanted = events.filter(({ type }) => latest.current.types.includes(type));
        if (wanted.length) latest.current.handler(wanted as LiveEvent<Data>[]);
      }),
    [listen],
  );
}

/** Whether live updates arrive, and since when they do not. */
export function useLiveState(): { isLive: boolean; state: LiveState; lastOpenAt: number | null } {
  const { state, lastOpenAt } = useLiveContext();
  return { isLive: state === 'open', state, lastOpenAt };
}
