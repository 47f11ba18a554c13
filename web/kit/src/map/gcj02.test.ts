import { expect, it } from 'vitest';
import { fromGcj02, isShifted, toGcj02 } from './gcj02';

/** Published pairs of WGS-84 and GCJ-02. */
const known = [
  [31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
  [22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
  [39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
] as const;

it.each(known)('shifts %f, %f to where maps of GCJ-02 have it, and back', (latitude, longitude, north, east) => {
  const shifted = toGcj02({ latitude, longitude });
  expect(shifted.latitude).toBeCloseTo(north, 9);
  expect(shifted.longitude).toBeCloseTo(east, 9);
  const back = fromGcj02(shifted);
  expect(back.latitude).toBeCloseTo(latitude, 9);
  expect(back.longitude).toBeCloseTo(longitude, 9);
});

it('leaves the rest of the world where it is', () => {
  const turin = { latitude: 45.07, longitude: 7.69 };
  expect([toGcj02(turin), fromGcj02(turin), isShifted(turin)]).toEqual([turin, turin, false]);
});
