/** Reads an OCPP-J frame as it went over the wire, for people: what it is, which message it answers, what it holds. */
export type FrameKind = 'call' | 'result' | 'error' | 'resultError' | 'send' | 'unreadable';

export interface Frame {
  kind: FrameKind;
  messageId: string | null;
  action: string | null;
  payload: unknown;
  /** Of an error: the protocol's code and its description. */
  errorCode: string | null;
  description: string | null;
}

const unreadable: Frame = {
  kind: 'unreadable',
  messageId: null,
  action: null,
  payload: null,
  errorCode: null,
  description: null,
};

const kinds: Record<number, FrameKind> = { 2: 'call', 3: 'result', 4: 'error', 5: 'resultError', 6: 'send' };

function textAt(parts: unknown[], at: number): string | null {
  const value = parts[at];
  return typeof value === 'string' ? value : null;
}

export function readFrame(text: string): Frame {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return unreadable;
  }
  if (!Array.isArray(parts) || typeof parts[0] !== 'number') return unreadable;
  const kind = kinds[parts[0]];
  const messageId = textAt(parts, 1);
  if (!kind || messageId === null) return unreadable;
  if (kind === 'call' || kind === 'send')
    return { ...unreadable, kind, messageId, action: textAt(parts, 2), payload: parts[3] ?? null };
  if (kind === 'result') return { ...unreadable, kind, messageId, payload: parts[2] ?? null };
  return {
    ...unreadable,
    kind,
    messageId,
    errorCode: textAt(parts, 2),
    description: textAt(parts, 3),
    payload: parts[4] ?? null,
  };
}

/** A frame of the log with what it belongs to: an answer has the action of the call that it answers. */
export interface LogLine<Entry> {
  entry: Entry;
  frame: Frame;
  action: string | null;
}

interface LoggedFrame {
  direction: string;
  text: string;
}

/** Pair answers with their calls. The entries are in the order of time, either way round. */
export function joinFrames<Entry extends LoggedFrame>(entries: readonly Entry[]): LogLine<Entry>[] {
  const frames = entries.map((entry) => (entry.direction === 'note' ? unreadable : readFrame(entry.text)));
  const actions = new Map<string, string>();
  frames.forEach((frame, at) => {
    // The ids of the two sides are independent of each other: a call's answer goes the other way.
    if (frame.kind === 'call' && frame.action)
      actions.set(`${entries[at]?.direction} ${frame.messageId}`, frame.action);
  });
  return entries.map((entry, at) => {
    const frame = frames[at] ?? unreadable;
    const asked = entry.direction === 'in' ? 'out' : 'in';
    return { entry, frame, action: frame.action ?? actions.get(`${asked} ${frame.messageId}`) ?? null };
  });
}

const told = [
  'status',
  'currentTime',
  'eventType',
  'triggerReason',
  'connectorStatus',
  'errorCode',
  'idTag',
  'transactionId',
  'reason',
  'interval',
];

interface SampledValue {
  measurand?: unknown;
  phase?: unknown;
  value?: unknown;
  unit?: unknown;
  unitOfMeasure?: { unit?: unknown } | null;
}

/** Most sampled values that one line tells. */
const SAMPLES_TOLD = 4;

/** The values of a MeterValues or TransactionEvent: `Power.Active.Import 7360 W`. */
function readSamples(payload: Record<string, unknown>): string[] {
  const meterValues: unknown = payload.meterValue;
  const last: unknown = Array.isArray(meterValues) ? meterValues.at(-1) : undefined;
  const sampled: unknown = typeof last === 'object' && last !== null ? Reflect.get(last, 'sampledValue') : undefined;
  if (!Array.isArray(sampled)) return [];
  return (sampled as SampledValue[])
    .slice(0, SAMPLES_TOLD)
    .map(({ measurand, phase, value, unit, unitOfMeasure }) =>
      [measurand ?? 'Energy.Active.Import.Register', phase, value, unit ?? unitOfMeasure?.unit]
        .filter((part) => part != null)
        .join(' '),
    );
}

/** The few fields that say most, as one line: `status Accepted · interval 300`. */
export function summarize(frame: Frame): string {
  if (frame.kind === 'error' || frame.kind === 'resultError')
    return [frame.errorCode, frame.description].filter(Boolean).join(' · ');
  if (typeof frame.payload !== 'object' || frame.payload === null) return '';
  const payload = frame.payload as Record<string, unknown>;
  const lines: string[] = [];
  const where = payload.connectorId ?? (payload.evse as { id?: unknown } | undefined)?.id ?? payload.evseId;
  if (typeof where === 'number') lines.push(`#${where}`);
  for (const name of told) {
    const value = payload[name];
    if (typeof value === 'string' || typeof value === 'number') lines.push(`${name} ${value}`);
  }
  lines.push(...readSamples(payload));
  if (!lines.length)
    for (const [name, value] of Object.entries(payload).slice(0, 3))
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        lines.push(`${name} ${value}`);
  return lines.join(' · ');
}
