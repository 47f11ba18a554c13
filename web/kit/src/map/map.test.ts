import { describe, expect, it } from 'vitest';
import { chooseStep, drawGraticule } from './graticule';
import { readLand, unwrapRing } from './land';

describe('the land', () => {
  it('is drawn without a line across the map', () => {
    const rings = readLand().geometry.coordinates.flat();
    expect(rings.length).toBeGreaterThan(100);
    for (const ring of rings)
      for (let at = 1; at < ring.length; at += 1)
        expect(Math.abs((ring[at]?.[0] ?? 0) - (ring[at - 1]?.[0] ?? 0))).toBeLessThan(180);
  });

  it('has its lakes within the land', () => {
    for (const [outer = [], ...lakes] of readLand().geometry.coordinates) {
      const longitudes = outer.map(([longitude = 0]) => longitude);
      for (const lake of lakes)
        for (const [longitude = 0] of lake) {
          expect(longitude).toBeGreaterThan(Math.min(...longitudes));
          expect(longitude).toBeLessThan(Math.max(...longitudes));
        }
    }
  });

  it('goes on beyond 180°, and leaves out what goes around a pole', () => {
    const across = [
      [179, 0],
      [-179, 0],
      [-179, 1],
      [179, 1],
      [179, 0],
    ];
    expect(unwrapRing(across)).toEqual([
      [179, 0],
      [181, 0],
      [181, 1],
      [179, 1],
      [179, 0],
    ]);
    const around = [
      [-170, -80],
      [0, -80],
      [170, -80],
      [-170, -80],
    ];
    expect(unwrapRing(around)).toBeNull();
  });
});

describe('the grid', () => {
  it('has about as many lines at every scale', () => {
    for (const span of [300, 20, 1, 0.03]) {
      const box = { west: 9, south: 45, east: 9 + span, north: 45 + span / 2 };
      expect(span / chooseStep(box)).toBeGreaterThanOrEqual(6);
      expect(drawGraticule(box).features.length).toBeLessThan(60);
    }
  });

  it('stays within the map', () => {
    const lines = drawGraticule({ west: -170, south: -89, east: 170, north: 89 }).features;
    for (const { geometry } of lines)
      for (const [, latitude = 0] of geometry.coordinates) expect(Math.abs(latitude)).toBeLessThanOrEqual(84);
  });
});
