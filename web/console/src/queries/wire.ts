import { type Schemas, take } from '@busbar/client';
import { type LiveState, LiveStream } from '@busbar/kit';
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, session } from '../app/server';

export interface FrameFilter {
  q?: string | undefined;
  direction?: 'in' | 'out' | undefined;
  /** A UTC day, `2026-11-21`; left out: today. */
  day?: string | undefined;
}

const PAGE_ROWS = 100;
/** Most frames that the live end of a log keeps on the screen. */
const TAIL_ROWS = 500;

const at = (stationId: string) => ({ path: { station_id: stationId } });
const keyOf = (stationId: string, filter: FrameFilter) => ['frames', stationId, filter];

export function useWireDays(stationId: string) {
  return useQuery({
    queryKey: ['wire-days', stationId],
    queryFn: () => take(api.GET('/api/v1/stations/{station_id}/wirelog/days', { params: at(stationId) })),
  });
}

/** Frames of a day, the newest first; further pages are older. */
export function useFrames(stationId: string, filter: FrameFilter) {
  return useInfiniteQuery({
    queryKey: keyOf(stationId, filter),
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/stations/{station_id}/wirelog', {
          params: {
            ...at(stationId),
            query: { limit: PAGE_ROWS, ...filter, ...(pageParam !== null && { before_id: pageParam }) },
          },
        }),
      ),
    getNextPageParam: ({ has_more: hasMore, items }) => (hasMore ? (items.at(-1)?.entry_id ?? null) : null),
    refetchOnWindowFocus: false,
  });
}

/** Frames of one page of the time of a session. */
const BETWEEN_ROWS = 500;
/** Most days of a session whose frames are read. */
const DAYS_MOST = 7;
const DAY_MILLIS = 86_400_000;

/** The UTC days that a stretch of time touches, the first ones when there are many. */
export function daysOf(from: number, to: number): string[] {
  const days: string[] = [];
  for (let at = Math.floor(from / DAY_MILLIS) * DAY_MILLIS; at < to && days.length < DAYS_MOST; at += DAY_MILLIS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** Frames between two instants, the oldest first; further pages are newer. */
export function useFramesBetween(stationId: string, from: number, to: number) {
  const days = daysOf(from, to);
  const window = { since: new Date(from).toISOString(), until: new Date(to).toISOString() };
  return useInfiniteQuery({
    queryKey: ['frames-between', stationId, window],
    initialPageParam: { place: 0, after: 0 },
    queryFn: ({ pageParam: { place, after } }) => {
      const query = { limit: BETWEEN_ROWS, after_id: after, ...window, ...(days[place] && { day: days[place] }) };
      return take(api.GET('/api/v1/stations/{station_id}/wirelog', { params: { ...at(stationId), query } }));
    },
    getNextPageParam: ({ has_more: hasMore, items }, _pages, { place }) => {
      const last = items.at(-1);
      if (hasMore && last) return { place, after: last.entry_id };
      return place + 1 < days.length ? { place: place + 1, after: 0 } : null;
    },
    refetchOnWindowFocus: false,
  });
}

function fits({ text, direction }: Schemas['Frame'], filter: FrameFilter): boolean {
  if (filter.direction && direction !== filter.direction) return false;
  return !filter.q || text.toLowerCase().includes(filter.q.toLowerCase());
}

/** Puts frames on top of the newest page as they go over the wire. */
export function useFrameTail(stationId: string, filter: FrameFilter, isWanted: boolean): { status: LiveState } {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveState>('closed');
  const { q, direction, day } = filter;
  useEffect(() => {
    if (!isWanted) return;
    const wanted: FrameFilter = { ...(q && { q }), ...(direction && { direction }), ...(day && { day }) };
    const key = keyOf(stationId, wanted);
    let wasOpen = false;
    const stream = new LiveStream({
      url: `/api/v1/stations/${encodeURIComponent(stationId)}/wirelog/stream`,
      fetch: session.fetch,
      onState: (state) => {
        setStatus(state);
        // What came while the line was broken is read again.
        if (state === 'open' && wasOpen) void client.invalidateQueries({ queryKey: key });
        wasOpen ||= state === 'open';
      },
      onEvents: (events) => {
        const frames = events
          .filter(({ type }) => type === 'frame')
          .map(({ data }) => JSON.parse(data) as Schemas['Frame'])
          .filter((frame) => fits(frame, wanted));
        if (frames.length) client.setQueryData<Frames>(key, (data) => (data ? addFrames(data, frames) : data));
      },
    });
    stream.open();
    return () => stream.close();
  }, [client, stationId, q, direction, day, isWanted]);
  return { status };
}

type Frames = InfiniteData<Schemas['FramePage'], number | null>;

/** Frames in the order of time put on top of the first page, each once. */
export function addFrames(data: Frames, frames: Schemas['Frame'][]): Frames {
  const [first, ...others] = data.pages;
  if (!first) return data;
  const known = new Set(data.pages.flatMap(({ items }) => items.map(({ at, entry_id: id }) => `${at} ${id}`)));
  const added = frames.filter(({ at, entry_id: id }) => !known.has(`${at} ${id}`)).reverse();
  if (!added.length) return data;
  const items = [...added, ...first.items];
  // A page that lost its end would leave a gap before the next one: then the older pages go as well.
  if (items.length > TAIL_ROWS && !others.length)
    return {
      pages: [{ ...first, items: items.slice(0, TAIL_ROWS), has_more: true }],
      pageParams: data.pageParams.slice(0, 1),
    };
  return { ...data, pages: [{ ...first, items }, ...others] };
}
