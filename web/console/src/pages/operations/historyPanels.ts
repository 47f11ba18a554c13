import { toMillis } from '@busbar/kit';
import type { Panel, Point } from '@busbar/kit/chart';
import type { HistoryPoint } from '../../queries/operations';

const MICROS = 1_000;
/** Points further apart than so many spans have a hole between them: the process was not there. */
const HOLE_SPANS = 2.5;

export type Words = Record<
  | 'messages'
  | 'failures'
  | 'perSecond'
  | 'answer'
  | 'commit'
  | 'half'
  | 'slowest'
  | 'batch'
  | 'perBatch'
  | 'connections'
  | 'stations'
  | 'queue'
  | 'waiting'
  | 'lag'
  | 'processor',
  string
>;

type Read = (point: HistoryPoint) => number | null;

/** The points of one curve; the line breaks where the installation was not heard of. */
export function curve(history: readonly HistoryPoint[], spanS: number, read: Read): Point[] {
  const points: Point[] = [];
  for (const point of history) {
    const at = toMillis(point.at);
    if (at === null) continue;
    const before = points.at(-1);
    if (before && at - before[0] > HOLE_SPANS * spanS * 1_000) points.push([before[0] + 1, null]);
    points.push([at, read(point)]);
  }
  return points;
}

const millis = (micros: number | null) => (micros === null ? null : micros / MICROS);

/** What stations say and hear: how much, how soon it is answered, how many there are. */
export function doorPanels(history: readonly HistoryPoint[], spanS: number, words: Words): Panel[] {
  const draw = (read: Read) => curve(history, spanS, read);
  return [
    {
      title: words.messages,
      unit: words.perSecond,
      digits: 1,
      min: 0,
      series: [
        { name: words.messages, points: draw((point) => point.messages / spanS), filled: true },
        { name: words.failures, points: draw((point) => point.failures / spanS), colour: 3 },
      ],
    },
    {
      title: words.answer,
      unit: 'ms',
      digits: 1,
      min: 0,
      series: [
        { name: words.half, points: draw((point) => millis(point.answer_p50_us)), colour: 1 },
        { name: words.slowest, points: draw((point) => millis(point.answer_p99_us)), colour: 0 },
      ],
    },
    {
      title: words.connections,
      unit: words.stations,
      digits: 0,
      series: [{ name: words.connections, points: draw((point) => point.connections), colour: 1, filled: true }],
    },
  ];
}

/** What stands behind the door: the database, the queue, the machine. */
export function corePanels(history: readonly HistoryPoint[], spanS: number, words: Words): Panel[] {
  const draw = (read: Read) => curve(history, spanS, read);
  return [
    {
      title: words.commit,
      unit: 'ms',
      digits: 1,
      min: 0,
      series: [
        { name: words.half, points: draw((point) => millis(point.commit_p50_us)), colour: 1 },
        { name: words.slowest, points: draw((point) => millis(point.commit_p99_us)), colour: 0 },
      ],
    },
    {
      title: words.batch,
      unit: words.waiting,
      digits: 1,
      min: 0,
      series: [
        {
          name: words.perBatch,
          points: draw((point) => (point.batches ? point.batch_messages / point.batches : null)),
          filled: true,
        },
        { name: words.queue, points: draw((point) => point.queue_messages), colour: 3 },
      ],
    },
    {
      title: words.processor,
      unit: '%',
      digits: 0,
      min: 0,
      series: [{ name: words.processor, points: draw((point) => point.cpu_permille / 10), colour: 1, filled: true }],
    },
  ];
}
