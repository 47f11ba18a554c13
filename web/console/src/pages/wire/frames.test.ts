import { describe, expect, it } from 'vitest';
import { joinFrames, readFrame } from './frames';

describe('readFrame', () => {
  it('reads each kind of frame', () => {
    expect(
      readFrame('[2,"7","StatusNotification",{"connectorId":1,"status":"Charging","errorCode":"NoError"}]'),
    ).toMatchObject({
      kind: 'call',
      action: 'StatusNotification',
      messageId: '7',
    });
    expect(readFrame('[3,"7",{}]')).toMatchObject({ kind: 'result', payload: {} });
    expect(readFrame('[4,"7","NotImplemented","no such action",{}]')).toMatchObject({
      kind: 'error',
      errorCode: 'NotImplemented',
    });
    expect(readFrame('[5,"7","FormationViolation","",{}]').kind).toBe('resultError');
    expect(readFrame('[6,"7","NotifyPeriodicEventStream",{"id":1}]')).toMatchObject({
      kind: 'send',
      payload: { id: 1 },
    });
  });

  it.each(['', 'hello', '{}', '[]', '[2]', '[9,"a",{}]', '[2,5,"Heartbeat",{}]', 'null'])(
    'calls %j unreadable',
    (text) => {
      expect(readFrame(text).kind).toBe('unreadable');
    },
  );
});

it('gives an answer the action of its call, whichever side called, in either order', () => {
  const entries = [
    { direction: 'in', text: '[2,"1","Heartbeat",{}]' },
    { direction: 'out', text: '[2,"1","Reset",{"type":"Soft"}]' },
    { direction: 'out', text: '[3,"1",{"currentTime":"2026-11-21T10:00:00Z"}]' },
    { direction: 'in', text: '[3,"1",{"status":"Accepted"}]' },
    { direction: 'note', text: 'disconnected' },
  ];
  expect(joinFrames(entries).map(({ action }) => action)).toEqual(['Heartbeat', 'Reset', 'Heartbeat', 'Reset', null]);
  expect(joinFrames(entries)[3]?.asked).toEqual({ type: 'Soft' });
  expect(joinFrames(entries.toReversed()).map(({ action }) => action)).toEqual([
    null,
    'Reset',
    'Heartbeat',
    'Reset',
    'Heartbeat',
  ]);
});
