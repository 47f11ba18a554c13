/** Degrees, in whichever of the two systems. */
export interface Degrees {
  latitude: number;
  longitude: number;
}

/** Krasovsky 1940: the ellipsoid that the Chinese shift is computed on. */
const SEMI_MAJOR_M = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006693421622965943;
/** The shift is a sum of waves around this point. */
const CENTRE: Degrees = { latitude: 35, longitude: 105 };
/** Around mainland China; beyond, maps are not shifted. */
const BOX = { south: 0.8293, north: 55.8271, west: 72.004, east: 137.8347 } as const;

const radians = (degrees: number) => (degrees / 180) * Math.PI;

/** Waves of decreasing length: each pair is a weight and the divisor of the length. */
function waves(value: number, pairs: readonly (readonly [number, number])[]): number {
  return pairs.reduce((sum, [weight, divisor]) => sum + weight * Math.sin((value * Math.PI) / divisor), 0) * (2 / 3);
}

const SHORT = [
  [20, 1 / 6],
  [20, 1 / 2],
] as const;

/** How far GCJ-02 lies from WGS-84 at a position, in degrees. */
function shiftAt({ latitude, longitude }: Degrees): Degrees {
  const x = longitude - CENTRE.longitude;
  const y = latitude - CENTRE.latitude;
  const both = waves(x, SHORT);
  const root = Math.sqrt(Math.abs(x));
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * root +
    both +
    waves(y, [
      [20, 1],
      [40, 3],
    ]) +
    waves(y, [
      [160, 12],
      [320, 30],
    ]);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * root +
    both +
    waves(x, [
      [20, 1],
      [40, 3],
    ]) +
    waves(x, [
      [150, 12],
      [300, 30],
    ]);
  const sine = Math.sin(radians(latitude));
  const magic = 1 - ECCENTRICITY_SQUARED * sine * sine;
  const rootMagic = Math.sqrt(magic);
  const meridian = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / (magic * rootMagic);
  const parallel = (SEMI_MAJOR_M / rootMagic) * Math.cos(radians(latitude));
  return { latitude: (north * 180) / (meridian * Math.PI), longitude: (east * 180) / (parallel * Math.PI) };
}

/** Whether maps shift this position: roughly, mainland China. */
export function isShifted({ latitude, longitude }: Degrees): boolean {
  return latitude > BOX.south && latitude < BOX.north && longitude > BOX.west && longitude < BOX.east;
}

/** Where a WGS-84 position stands on a map of GCJ-02 (AMap and others), which Chinese law asks for. */
export function toGcj02(position: Degrees): Degrees {
  if (!isShifted(position)) return { latitude: position.latitude, longitude: position.longitude };
  const shift = shiftAt(position);
  return { latitude: position.latitude + shift.latitude, longitude: position.longitude + shift.longitude };
}

/** The WGS-84 position of a point on a map of GCJ-02, to less than a millimetre. */
export function fromGcj02(position: Degrees): Degrees {
  let guess = { latitude: position.latitude, longitude: position.longitude };
  if (!isShifted(position)) return guess;
  for (let round = 0; round < 6; round += 1) {
    const there = toGcj02(guess);
    guess = {
      latitude: guess.latitude + position.latitude - there.latitude,
      longitude: guess.longitude + position.longitude - there.longitude,
    };
  }
  return guess;
}
