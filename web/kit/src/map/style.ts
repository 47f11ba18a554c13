import type { FeatureCollection, Point } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';
import type { Palette } from '../tokens';

const nothing: FeatureCollection<Point> = { type: 'FeatureCollection', features: [] };

/** How far apart, in pixels, two places must be to stand alone. */
const CLUSTER_RADIUS_PX = 44;

/** Our own style: a ground and a grid. No tiles, no glyphs, no sprites, so nothing is fetched from anywhere. */
export function mapStyle(palette: Palette): StyleSpecification {
  const count = (tone: string) => ['+', ['case', ['==', ['get', 'tone'], tone], 1, 0]];
  return {
    version: 8,
    sources: {
      graticule: { type: 'geojson', data: nothing },
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
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': palette.line, 'line-width': 1 } },
      // Drawn so that the source is loaded and clustered; the marks themselves are buttons, for keyboard and reader.
      { id: 'places', type: 'circle', source: 'places', paint: { 'circle-radius': 1, 'circle-opacity': 0 } },
    ],
  };
}
