import type { FeatureCollection, Point } from 'geojson';
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Palette } from '../tokens';
import { readLand } from './land';
import { baseOf, type MapSource } from './source';

const nothing: FeatureCollection<Point> = { type: 'FeatureCollection', features: [] };

/** How far apart, in pixels, two places must be to stand alone. */
const CLUSTER_RADIUS_PX = 44;

/** Zoom levels between which the coarse coastlines fade away: nearer, they would lie. */
const LAND_FADES = { from: 5.5, to: 7.5 };

/** Coastlines and the grid. */
function outlines(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'land',
      type: 'fill',
      source: 'land',
      paint: {
        'fill-color': palette.surface,
        'fill-outline-color': palette.line,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], LAND_FADES.from, 1, LAND_FADES.to, 0],
      },
    },
    { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': palette.line, 'line-width': 1 } },
  ];
}

/**
 * Our own style: a ground, coastlines from afar, and a grid. No tiles, no glyphs, no sprites, so nothing is fetched
 * from anywhere, unless a source of tiles is set: that takes the place of our outlines.
 */
export function mapStyle(palette: Palette, isDark: boolean, source: MapSource): StyleSpecification {
  const base = baseOf(source, palette, isDark);
  const isOwn = source.kind === 'offline';
  const count = (tone: string) => ['+', ['case', ['==', ['get', 'tone'], tone], 1, 0]];
  return {
    version: 8,
    transition: { duration: 0, delay: 0 }, // by night as fast as the rest of the page
    sources: {
      ...base.sources,
      ...(isOwn && { graticule: { type: 'geojson', data: nothing }, land: { type: 'geojson', data: readLand() } }),
      places: {
        type: 'geojson',
        data: nothing,
        cluster: true,
        clusterRadius: CLUSTER_RADIUS_PX,
        clusterMaxZoom: 16,
        clusterProperties: { bad: count('bad'), warn: count('warn'), flow: count('flow'), good: count('good') },
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': palette.sunken } },
      ...base.layers,
      ...(isOwn ? outlines(palette) : []),
      // Drawn so that the source is loaded and clustered; the marks themselves are buttons, for keyboard and reader.
      { id: 'places', type: 'circle', source: 'places', paint: { 'circle-radius': 1, 'circle-opacity': 0 } },
    ],
  };
}
