import { expect, it } from 'vitest';
import { readHindrance } from './arrivals';

it.each([
  ['refused: no sub-protocol in common: offer ocpp2.1 (offered: ocpp1.5) (10.0.0.7:4711)', 'protocol'],
  ['refused: wrong password (10.0.0.7:4711)', 'password'],
  ['refused: the station is blocked (10.0.0.7:4711)', 'blocked'],
  ['refused: too many stations are connected (10.0.0.7:4711)', 'crowded'],
  ['refused: no such station (10.0.0.7:4711)', 'other'],
  ['connected from 10.0.0.7:4711', null],
])('reads the note of the door “%s” as %s', (note, hindrance) => {
  expect(readHindrance(note)).toBe(hindrance);
});
