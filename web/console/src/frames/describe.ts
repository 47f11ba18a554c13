/** Says in plain words what a frame means: a sentence for each message of OCPP, and an honest fallback for others. */
import type { Frame } from '../pages/wire/frames';
import { answerSpecs, callSpecs } from './specs';
import { dig, fill, readValues, type Speech, sayFields, type Values } from './values';

interface Described {
  frame: Frame;
  /** Of an answer: the request that it answers. */
  action: string | null;
  direction: string;
}

function sayCall(speech: Speech, { frame, direction }: Described): string {
  const { call } = speech.texts;
  const action = frame.action ?? '';
  const pattern = call[`${action}_${direction}`] ?? call[action];
  if (pattern) return fill(pattern, readValues(speech, frame.payload, callSpecs[action]));
  return fill(call[direction === 'in' ? 'other_in' : 'other_out'] ?? '', {
    action,
    fields: sayFields(speech, frame.payload),
  });
}

function isEmpty(payload: unknown): boolean {
  return typeof payload !== 'object' || payload === null || Object.keys(payload).length === 0;
}

function sayAnswer(speech: Speech, { frame, action }: Described): string {
  const { answer } = speech.texts;
  const values: Values = readValues(speech, frame.payload, action ? answerSpecs[action] : undefined);
  const own = action ? answer[action] : undefined;
  if (own) {
    const said = fill(own, values);
    if (said) return said;
  }
  if (values.status) return fill(answer.status ?? '', values);
  if (isEmpty(frame.payload)) return answer.received ?? '';
  return fill(answer.other ?? '', {
    fields: sayFields(speech, frame.payload) || Object.keys(frame.payload ?? {}).join(', '),
  });
}

function sayError({ texts }: Speech, { frame }: Described): string {
  const code = frame.errorCode ?? '';
  return fill(texts.error.says ?? '', { error: texts.error[code] ?? code, description: frame.description ?? '' });
}

function say(speech: Speech, described: Described): string {
  switch (described.frame.kind) {
    case 'call':
    case 'send':
      return sayCall(speech, described);
    case 'result':
      return sayAnswer(speech, described);
    case 'error':
    case 'resultError':
      return sayError(speech, described);
    case 'unreadable':
      return speech.texts.error.unreadable ?? '';
  }
}

/** A sentence about a frame. */
export function describeFrame(speech: Speech, described: Described): string {
  const said = say(speech, described);
  return said.charAt(0).toLocaleUpperCase(speech.locale) + said.slice(1);
}

/** What the door itself wrote into the log, and what follows its first words. */
const notes: readonly (readonly [name: string, sign: RegExp])[] = [
  ['connected', /^connected: (?<protocol>\S+) from (?<peer>.*)$/],
  ['replaced', /^replaced by a newer connection$/],
  ['disconnected', /^disconnected(?:: (?<text>.*))?$/],
  ['noProtocol', /^refused: no sub-protocol in common.*\(offered: (?<offered>.*?)\) \((?<peer>.*)\)$/],
  ['wrongPassword', /^refused: wrong password \((?<peer>.*)\)$/],
  ['noPassword', /^refused: .*(?:[Pp]assword|Basic|credentials).* \((?<peer>[^()]*)\)$/],
  ['blocked', /^refused: the station is blocked \((?<peer>.*)\)$/],
  ['unknown', /^refused: no such station \((?<peer>.*)\)$/],
  ['crowded', /^refused: too many stations are connected.*$/],
  ['refused', /^refused: (?<text>.*)$/],
  ['ignored', /^ignored: (?<text>.*)$/],
  ['quirk', /^quirk: (?<action>\S+): (?<text>.*)$/],
  ['lost', /^(?<count>\d+) frames lost$/],
];

export function describeNote({ texts }: Speech, note: string): string {
  for (const [name, sign] of notes) {
    const found = sign.exec(note);
    if (found) return fill(texts.note[name] ?? note, { ...found.groups });
  }
  return note;
}

/** Names of all notes, for the test of the texts. */
export const noteNames = notes.map(([name]) => name);

/** The session that frames are looked for: where it runs, and what its frames name. */
export interface Sought {
  evseId: number | null;
  transactionRef: string | null;
  idToken: string | null;
}

/** Whether a message speaks of this session: it names its transaction, its EVSE, or its token. */
export function speaksOf(payload: unknown, { evseId, transactionRef, idToken }: Sought): boolean {
  const named = dig(payload, 'transactionId') ?? dig(payload, 'transactionInfo.transactionId');
  if (named !== undefined && transactionRef !== null) return String(named) === transactionRef;
  const evse = dig(payload, 'evse.id') ?? dig(payload, 'evseId') ?? dig(payload, 'connectorId');
  if (typeof evse === 'number' && evse > 0) return evse === evseId;
  const token = dig(payload, 'idTag') ?? dig(payload, 'idToken.idToken');
  return typeof token === 'string' && token.toLowerCase() === idToken?.toLowerCase();
}
