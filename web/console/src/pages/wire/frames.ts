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
  /** What the call that this one answers held. */
  asked: unknown;
}

interface LoggedFrame {
  direction: string;
  text: string;
}

/** Pair answers with their calls. The entries are in the order of time, either way round. */
export function joinFrames<Entry extends LoggedFrame>(entries: readonly Entry[]): LogLine<Entry>[] {
  const frames = entries.map((entry) => (entry.direction === 'note' ? unreadable : readFrame(entry.text)));
  const calls = new Map<string, Frame>();
  frames.forEach((frame, at) => {
    // The ids of the two sides are independent of each other: a call's answer goes the other way.
    if (frame.kind === 'call') calls.set(`${entries[at]?.direction} ${frame.messageId}`, frame);
  });
  return entries.map((entry, at) => {
    const frame = frames[at] ?? unreadable;
    const asker = entry.direction === 'in' ? 'out' : 'in';
    const call = frame.action ? null : (calls.get(`${asker} ${frame.messageId}`) ?? null);
    return { entry, frame, action: frame.action ?? call?.action ?? null, asked: call?.payload ?? null };
  });
}
