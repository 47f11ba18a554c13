import { describe, expect, it } from 'vitest';
import { nameMessages } from './ParkedParcels';

describe('nameMessages', () => {
  it('names each kind once, without its version', () => {
    expect(nameMessages(['MeterSampled/1', 'MeterSampled/1', 'StationBooted/2'])).toEqual({
      names: 'MeterSampled, StationBooted',
      more: 0,
    });
  });

  it('names a few and counts the rest', () => {
    expect(nameMessages(['A/1', 'B/1', 'C/1', 'D/1', 'E/1'])).toEqual({ names: 'A, B, C', more: 2 });
  });

  it('has no name for what is no parcel', () => {
    expect(nameMessages([])).toEqual({ names: '', more: 0 });
  });
});
