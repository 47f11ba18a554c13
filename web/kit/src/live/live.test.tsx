import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveProvider, useLive, useLiveState } from './LiveProvider';
import { type LiveState, LiveStream } from './LiveStream';
import { EventStreamParser, type StreamEvent } from './sse';

describe('EventStreamParser', () => {
  it('reads events whatever the pieces they come in', () => {
    const text = 'retry: 2500\n\n: keep open\n\nid: 7\nevent: station\ndata: {"a":\ndata: 1}\r\n\r\ndata: plain\r\r';
    for (let size = 1; size <= text.length; size += 1) {
      const parser = new EventStreamParser();
      const events: StreamEvent[] = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
      events.push(...parser.push('\n'));
      expect(events).toEqual([
        { id: '7', type: 'station', data: '{"a":\n1}' },
        { id: '7', type: 'message', data: 'plain' },
      ]);
      expect(parser.retryMillis).toBe(2_500);
    }
  });

  it('refuses an event without end', () => {
    const parser = new EventStreamParser();
    expect(() => parser.push('x'.repeat(1_000_001))).toThrow('too long');
  });
});

/** A server that is driven by the test: each request becomes a line that can be written to, ended or refused. */
function fakeServer() {
  const requests: { lastId: string | null; write: (text: string) => void; end: () => void }[] = [];
  let status = 200;
  const answer = vi.fn(async (_url: string, init: RequestInit) => {
    if (status !== 200) return new Response(null, { status });
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
      },
    });
    init.signal?.addEventListener('abort', () => {
      try {
        controller?.error(new DOMException('aborted', 'AbortError'));
      } catch {
        // ended before
      }
    });
    requests.push({
      lastId: new Headers(init.headers).get('Last-Event-ID'),
      write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      end: () => controller?.close(),
    });
    return new Response(body, { status: 200 });
  });
  return {
    answer,
    requests,
    setStatus: (next: number) => {
      status = next;
    },
  };
}

describe('LiveStream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(server: ReturnType<typeof fakeServer>) {
    const events: StreamEvent[] = [];
    const batches: number[] = [];
    const states: LiveState[] = [];
    const stream = new LiveStream({
      url: '/stream',
      fetch: server.answer,
      onEvents: (batch) => {
        batches.push(batch.length);
        events.push(...batch);
      },
      onState: (state) => states.push(state),
    });
    stream.open();
    return { stream, events, batches, states };
  }

  it('hands events over in batches', async () => {
    const server = fakeServer();
    const { stream, batches } = start(server);
    await vi.advanceTimersByTimeAsync(1);
    for (let at = 0; at < 500; at += 1) server.requests[0]?.write(`data: ${at}\n\n`);
    await vi.advanceTimersByTimeAsync(200);
    expect(batches).toEqual([500]);
    stream.close();
  });

  it('comes back after a break and resumes after the last event', async () => {
    const server = fakeServer();
    const { stream, events, states } = start(server);
    await vi.advanceTimersByTimeAsync(1);
    server.requests[0]?.write('id: 41\ndata: 1\n\n');
    await vi.advanceTimersByTimeAsync(200);
    server.requests[0]?.end();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(server.requests.map(({ lastId }) => lastId)).toEqual([null, '41']);
    server.requests[1]?.write('id: 42\ndata: 2\n\n');
    await vi.advanceTimersByTimeAsync(200);
    expect(events.map(({ id }) => id)).toEqual(['41', '42']);
    expect(states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
    stream.close();
  });

  it('takes a silent line for a dead one', async () => {
    const server = fakeServer();
    const { stream } = start(server);
    await vi.advanceTimersByTimeAsync(39_000);
    server.requests[0]?.write(': still here\n\n');
    await vi.advanceTimersByTimeAsync(39_000);
    expect(server.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(server.requests).toHaveLength(2);
    stream.close();
  });

  it('gives a line up when the device says that it has no network, and comes back with it', async () => {
    const server = fakeServer();
    const { stream, states } = start(server);
    await vi.advanceTimersByTimeAsync(1);
    server.requests[0]?.write('id: 7\ndata: 1\n\n');
    await vi.advanceTimersByTimeAsync(200);
    window.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual(['connecting', 'open', 'waiting']);
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(1);
    expect(server.requests.map(({ lastId }) => lastId)).toEqual([null, '7']);
    expect(states.at(-1)).toBe('open');
    stream.close();
  });

  it('waits longer after each failure, and stops when it is refused', async () => {
    const server = fakeServer();
    server.setStatus(503);
    const { stream, states } = start(server);
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = server.answer.mock.calls.length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(12);
    server.setStatus(403);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(states.at(-1)).toBe('refused');
    const triesAtRefusal = server.answer.mock.calls.length;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.answer.mock.calls.length).toBe(triesAtRefusal);
    stream.close();
  });
});

function Power() {
  const { isLive } = useLiveState();
  const seen: number[] = [];
  useLive<{ w: number }>(['power'], (events) => {
    seen.push(...events.map(({ data }) => data.w));
    const output = document.querySelector('output');
    if (output) output.textContent = seen.join(',');
  });
  return (
    <>
      <p>{isLive ? 'live' : 'not live'}</p>
      <output />
    </>
  );
}

it('gives a component the events that it asked for', async () => {
  const server = fakeServer();
  render(
    <LiveProvider url="/stream" fetch={server.answer}>
      <Power />
    </LiveProvider>,
  );
  await screen.findByText('live');
  await act(async () => {
    server.requests[0]?.write(
      'event: power\ndata: {"w":11}\n\nevent: other\ndata: {}\n\nevent: power\ndata: broken\n\nevent: power\ndata: {"w":12}\n\n',
    );
  });
  await vi.waitFor(() => expect(document.querySelector('output')?.textContent).toBe('11,12'));
});
