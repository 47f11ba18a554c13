import type { Feature, MultiPolygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import topology from 'world-atlas/land-110m.json';

/**
 * A ring without a jump at 180°: longitudes go on beyond it. Null for a ring around a pole (Antarctica), which has no
 * place on a map of ours.
 */
export function unwrapRing(ring: Position[]): Position[] | null {
  let turn = 0;
  let before = ring[0]?.[0] ?? 0;
  const unwrapped = ring.map(([longitude = 0, latitude = 0]): Position => {
    if (longitude - before > 180) turn -= 360;
    if (longitude - before < -180) turn += 360;
    before = longitude;
    return [longitude + turn, latitude];
  });
  if (turn !== 0) return null;
  // The middle of each ring on the map itself, so that a lake lies in its land.
  const middle = unwrapped.reduce((sum, [longitude = 0]) => sum + longitude, 0) / unwrapped.length;
  const shift = -360 * Math.round(middle / 360);
  return unwrapped.map(([longitude = 0, latitude = 0]) => [longitude + shift, latitude]);
}

function polygonsOf(): Position[][][] {
  const land = topology as unknown as Topology<{ land: GeometryCollection }>;
  const read = feature(land, land.objects.land);
  const features = 'features' in read ? read.features : [read];
  return features.flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return [geometry.coordinates];
    return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  });
}

/** Coastlines at 1:110 million (Natural Earth, public domain): enough to tell where in the world one looks; no borders. */
export function readLand(): Feature<MultiPolygon> {
  const coordinates = polygonsOf().flatMap((polygon) => {
    const rings = polygon.map(unwrapRing).filter((ring) => ring !== null);
    return rings.length ? [rings] : [];
  });
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } };
}
