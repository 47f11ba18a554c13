import { expect, it } from 'vitest';
import type { HistoryPoint } from '../../queries/operations';
import { corePanels, curve, doorPanels, type Words } from './historyPanels';
import { recentFigures } from './KeyFigures';

const words = new Proxy({} as Words, { get: (_, name) => String(name) });

function point(second: number, more: Partial<HistoryPoint> = {}): HistoryPoint {
  return {
    at: new Date(Date.UTC(2026, 10, 28, 12, 0, second)).toISOString(),
    messages: 0,
    failures: 0,
    connections: 0,
    queue_messages: 0,
    batches: 0,
    batch_messages: 0,
    answer_p50_us: null,
    answer_p99_us: null,
    commit_p50_us: null,
    commit_p99_us: null,
    loop_lag_us: 0,
    cpu_permille: 0,
    ...more,
  };
}

it('counts become rates, and microseconds milliseconds', () => {
  const [messages, answer] = doorPanels([point(0, { messages: 50, answer_p99_us: 12_500 })], 5, words);
  expect(messages?.series[0]?.points[0]?.[1]).toBe(10);
  expect(answer?.series[1]?.points[0]?.[1]).toBe(12.5);
});

it('a span without batches has no batch size', () => {
  const [, batch] = corePanels([point(0), point(5, { batches: 4, batch_messages: 10 })], 5, words);
  expect(batch?.series[0]?.points.map(([, value]) => value)).toEqual([null, 2.5]);
});

it('the line breaks where nothing was heard', () => {
  const drawn = curve(
    [point(0, { connections: 1 }), point(5, { connections: 2 }), point(40, { connections: 3 })],
    5,
    (one) => one.connections,
  );
  expect(drawn.map(([, value]) => value)).toEqual([1, 2, null, 3]);
});

it('the figures are those of the last minute', () => {
  const history = Array.from({ length: 20 }, (_, index) =>
    point(index, { messages: 10, failures: 1, answer_p99_us: index < 8 ? 99_000 : null, loop_lag_us: index }),
  );
  const recent = recentFigures(history, 5);
  expect(recent).toMatchObject({ messagesPerS: 2, failures: 12, answerUs: null, lagUs: 19 });
  expect(recentFigures([], 5).messagesPerS).toBeNull();
});
