import type { Feature, FeatureCollection, LineString } from 'geojson';

/** Steps in degrees that make round lines at every scale. */
const steps = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] as const;

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The step at which about six lines cross the wider side of the box. */
export function chooseStep(box: Box): number {
  const span = Math.max(box.east - box.west, box.north - box.south);
  return steps.find((step) => span / step >= 6) ?? steps[steps.length - 1] ?? 1;
}

function line(from: [number, number], to: [number, number]): Feature<LineString> {
  return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [from, to] } };
}

/** Meridians and parallels of the box and a margin around it, so that an empty map still tells scale and place. */
export function drawGraticule(box: Box): FeatureCollection<LineString> {
  const step = chooseStep(box);
  const south = Math.max(-84, box.south - step);
  const north = Math.min(84, box.north + step);
  const features: Feature<LineString>[] = [];
  for (let at = Math.floor(box.west / step) - 1; at <= Math.ceil(box.east / step) + 1; at += 1)
    features.push(line([at * step, south], [at * step, north]));
  for (let at = Math.ceil(south / step); at <= Math.floor(north / step); at += 1)
    features.push(line([box.west - step, at * step], [box.east + step, at * step]));
  return { type: 'FeatureCollection', features };
}
