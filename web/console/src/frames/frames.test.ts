import { describe, expect, it } from 'vitest';
import { actionsOf } from '../pages/station/ocppActions';
import { readFrame } from '../pages/wire/frames';
import { describeFrame, describeNote, noteNames, speaksOf } from './describe';
import { answerSpecs, callSpecs } from './specs';
import en from './texts/en.json';
import it_ from './texts/it.json';
import zh from './texts/zh.json';
import { type FrameTexts, fill, namesIn } from './values';

const all: Record<string, FrameTexts> = { en, zh, it: it_ };
const known = new Set(['where', 'samples', 'token', 'tx', 'status', 'why', 'action', 'fields']);

/** Requests that stations make; those that we make are in the list of the raw call. */
const fromStations = [
  'Authorize',
  'BootNotification',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Get15118EVCertificate',
  'Heartbeat',
  'MeterValues',
  'NotifyEvent',
  'NotifyReport',
  'SecurityEventNotification',
  'SignCertificate',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
  'TransactionEvent',
];

function say(text: string, { language = 'en', direction = 'in', action = null as string | null } = {}): string {
  const frame = readFrame(text);
  const speech = { texts: all[language] ?? en, locale: 'en-GB' };
  return describeFrame(speech, { frame, action: frame.action ?? action, direction });
}

describe('the texts', () => {
  it.each(Object.keys(all))('are complete in %s, and fill in what is read', (language) => {
    const texts = all[language] ?? en;
    for (const part of ['call', 'answer', 'error', 'note', 'where', 'word'] as const) {
      expect(Object.keys(texts[part]), part).toEqual(Object.keys(en[part]));
      for (const [name, pattern] of Object.entries(texts[part])) {
        expect(pattern.trim(), name).not.toBe('');
        expect(namesIn(pattern), name).toEqual(namesIn((en[part] as Record<string, string>)[name] ?? ''));
      }
    }
    for (const name of noteNames) expect(texts.note).toHaveProperty(name);
  });

  it('have a sentence for every request of 1.6 and 2.x, and for every specification', () => {
    const said = Object.keys(en.call).map((name) => name.replace(/_(in|out)$/, ''));
    const actions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'].flatMap((protocol) => actionsOf(protocol));
    for (const action of [...actions, ...fromStations, ...Object.keys(callSpecs)]) expect(said).toContain(action);
    for (const action of Object.keys(answerSpecs)) expect(Object.keys(en.answer)).toContain(action);
  });

  it('name nothing that nobody reads', () => {
    for (const [name, pattern] of Object.entries(en.call)) {
      const specs = callSpecs[name.replace(/_(in|out)$/, '')] ?? {};
      for (const value of namesIn(pattern)) expect(known.has(value) || value in specs, `${name}: ${value}`).toBe(true);
    }
    for (const [name, pattern] of Object.entries(en.answer))
      for (const value of namesIn(pattern))
        expect(known.has(value) || value in (answerSpecs[name] ?? {}), `${name}: ${value}`).toBe(true);
  });
});

describe('a sentence', () => {
  it('says what a request means, in both protocols', () => {
    expect(say('[2,"1","StatusNotification",{"connectorId":1,"status":"Charging","errorCode":"NoError"}]')).toBe(
      'EVSE 1: now charging.',
    );
    expect(
      say('[2,"1","StatusNotification",{"connectorId":2,"status":"Faulted","errorCode":"GroundFailure","info":"L2"}]'),
    ).toBe('EVSE 2: now faulted, fault: earth fault, L2.');
    expect(
      say('[2,"1","StatusNotification",{"timestamp":"x","connectorStatus":"Occupied","evseId":1,"connectorId":2}]'),
    ).toBe('EVSE 1, connector 2: now occupied.');
    expect(
      say(
        '[2,"1","TransactionEvent",{"eventType":"Ended","triggerReason":"EVDeparted","transactionInfo":{"transactionId":"a7","stoppedReason":"EVDisconnected"},"evse":{"id":1}}]',
      ),
    ).toBe('EVSE 1: transaction a7: ends, because: the vehicle left; stopped by: vehicle unplugged.');
    expect(say('[2,"9","Reset",{"type":"Soft"}]', { direction: 'out', language: 'zh' })).toBe(
      'Busbar 请求重启：软重启。',
    );
  });

  it('tells what was measured', () => {
    const sampled =
      '[{"value":"241.1","measurand":"Voltage","phase":"L1","unit":"V"},{"value":"6379"},{"value":"46","measurand":"SoC","unit":"Percent"}]';
    expect(
      say(`[2,"9","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"x","sampledValue":${sampled}}]}]`),
    ).toBe('EVSE 1: measured voltage L1 241.1 V, energy 6,379 Wh, state of charge 46 %.');
  });

  it('says what an answer and a refusal mean', () => {
    expect(say('[3,"1",{"status":"Accepted","interval":300,"currentTime":"x"}]', { action: 'BootNotification' })).toBe(
      'Accepted; it shall report every 300 seconds.',
    );
    expect(say('[3,"1",{"status":"Rejected","statusInfo":{"reasonCode":"InUse"}}]', { action: 'Reset' })).toBe(
      'Rejected (InUse).',
    );
    expect(say('[3,"1",{}]', { action: 'MeterValues' })).toBe('Noted.');
    expect(say('[4,"1","NotImplemented","what?",{}]')).toBe('Cannot: it does not know this message – what?.');
  });

  it('is honest about what it does not know', () => {
    expect(say('[2,"1","Dance",{"tempo":3,"steps":["left","right"]}]')).toBe(
      'The station sends Dance: tempo 3, steps left, right.',
    );
    expect(say('[3,"1",{"deep":{"er":1}}]', { action: 'Dance' })).toBe('Answer: deep.');
    expect(say('[2,"1","StatusNotification",null]')).toBe('Now .');
    expect(say('nonsense')).toBe('Not a message of the protocol.');
  });
});

it('drops a part whose values are missing', () => {
  expect(fill('{a}[, b {b}][ and {a} {b}].', { a: '1', b: '' })).toBe('1.');
});

it('says notes of the door in words', () => {
  const speech = { texts: en, locale: 'en-GB' };
  expect(describeNote(speech, 'connected: ocpp1.6 from 10.0.0.7')).toBe('Connected with ocpp1.6 from 10.0.0.7.');
  expect(
    describeNote(
      speech,
      'refused: no sub-protocol in common: offer ocpp2.1, ocpp2.0.1 or ocpp1.6 (offered: none) (10.0.0.7)',
    ),
  ).toBe('Turned away: it offers none of our sub-protocols (offered: none), from 10.0.0.7.');
  expect(describeNote(speech, 'something new')).toBe('something new');
});

it('finds what speaks of a session', () => {
  const session = { evseId: 2, transactionRef: '7', idToken: '04A1' };
  expect(speaksOf({ transactionId: 7 }, session)).toBe(true);
  expect(speaksOf({ transactionId: 8, connectorId: 2 }, session)).toBe(false);
  expect(speaksOf({ connectorId: 2, status: 'Charging' }, session)).toBe(true);
  expect(speaksOf({ connectorId: 0 }, session)).toBe(false);
  expect(speaksOf({ idTag: '04a1' }, session)).toBe(true);
  expect(speaksOf({}, session)).toBe(false);
});
