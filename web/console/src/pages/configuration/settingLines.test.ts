import { expect, it } from 'vitest';
import { nameLine, readLines, writeLines } from './settingLines';

const nothing = {
  component: null,
  component_instance: null,
  evse_id: null,
  connector_id: null,
  variable_instance: null,
};

it('reads configuration keys, one on a line', () => {
  expect(readLines('HeartbeatInterval = 300\n\nMeterValuesSampledData=A,B = C', '1.6')).toEqual([
    { attribute: 'Actual', variable: 'HeartbeatInterval', value: '300' },
    { attribute: 'Actual', variable: 'MeterValuesSampledData', value: 'A,B = C' },
  ]);
});

it('reads components and variables, and writes them back as they were', () => {
  const text = 'OCPPCommCtrlr HeartbeatInterval = 300\nConnector[left]#1.2 Available[x] = true';
  const settings = readLines(text, '2.x');
  expect(settings).toEqual([
    { attribute: 'Actual', component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', value: '300' },
    {
      attribute: 'Actual',
      component: 'Connector',
      component_instance: 'left',
      evse_id: 1,
      connector_id: 2,
      variable: 'Available',
      variable_instance: 'x',
      value: 'true',
    },
  ]);
  const full = (settings as object[]).map((setting) => ({ ...nothing, variable: '', value: '', ...setting }));
  expect(writeLines(full)).toBe(text);
  expect(nameLine({ ...nothing, variable: 'Key' })).toBe('Key');
});

it('tells which line is none', () => {
  expect(readLines('A = 1\nB', '1.6')).toBe(2);
  expect(readLines('Comp Var = 1', '1.6')).toBe(1);
  expect(readLines('Var = 1', '2.x')).toBe(1);
});
