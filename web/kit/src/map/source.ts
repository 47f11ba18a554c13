import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { Palette } from '../tokens';
import { type Degrees, fromGcj02, toGcj02 } from './gcj02';

/** What a map is drawn on, as the API tells it. */
export interface MapSource {
  kind: 'offline' | 'raster' | 'archive_raster' | 'archive_vector';
  /** Each with the addresses of its tiles, or of the archive; the last lies on top. */
  layers: string[][];
  attribution: string;
  /** Its positions are those of GCJ-02. */
  is_shifted: boolean;
  zoom_max: number;
}

export const OFFLINE: MapSource = { kind: 'offline', layers: [], attribution: '', is_shifted: false, zoom_max: 0 };

/** What archives are asked through. */
export const ARCHIVE_SCHEME = 'busbar-archive';
const TILE_PX = 256;

/** A position as this map has it. */
export function toMap({ is_shifted: isShifted }: MapSource, position: Degrees): Degrees {
  return isShifted ? toGcj02(position) : position;
}

/** The WGS-84 position of a place on this map. */
export function fromMap({ is_shifted: isShifted }: MapSource, position: Degrees): Degrees {
  return isShifted ? fromGcj02(position) : position;
}

function tilesOf(source: MapSource, addresses: string[]): string[] {
  if (source.kind === 'raster') return addresses;
  return addresses.map((address) => `${ARCHIVE_SCHEME}://${address}/{z}/{x}/{y}`);
}

type Paint = Record<string, unknown>;

/** The layers of vector tiles as Protomaps has them, from below to above. */
const vectorLayers: { id: string; layer: string; type: 'fill' | 'line' | 'symbol'; more?: object }[] = [
  { id: 'base-earth', layer: 'earth', type: 'fill' },
  { id: 'base-landuse', layer: 'landuse', type: 'fill' },
  { id: 'base-water', layer: 'water', type: 'fill', more: { filter: ['==', ['geometry-type'], 'Polygon'] } },
  { id: 'base-buildings', layer: 'buildings', type: 'fill', more: { minzoom: 13 } },
  { id: 'base-roads', layer: 'roads', type: 'line', more: { layout: { 'line-cap': 'round', 'line-join': 'round' } } },
  { id: 'base-boundaries', layer: 'boundaries', type: 'line' },
  {
    id: 'base-places',
    layer: 'places',
    type: 'symbol',
    more: { layout: { 'text-field': ['get', 'name'], 'text-size': 12, 'text-max-width': 8 } },
  },
];

/** How the layers of a base map look; also when the reader changes between day and night. */
export function basePaints(palette: Palette, isDark: boolean): Record<string, Paint> {
  const pictures = { 'raster-saturation': isDark ? -0.5 : -0.25, 'raster-brightness-max': isDark ? 0.55 : 1 };
  return {
    'base-0': pictures,
    'base-1': pictures,
    'base-earth': { 'fill-color': palette.surface },
    'base-landuse': { 'fill-color': palette.sunken, 'fill-opacity': 0.5 },
    'base-water': { 'fill-color': palette.infoWash },
    'base-buildings': { 'fill-color': palette.line, 'fill-opacity': 0.6 },
    'base-roads': {
      'line-color': palette.lineStrong,
      'line-opacity': 0.7,
      'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 6, 0.4, 12, 1.2, 18, 10],
    },
    'base-boundaries': { 'line-color': palette.lineStrong, 'line-dasharray': [3, 2] },
    'base-places': { 'text-color': palette.inkSoft, 'text-halo-color': palette.surface, 'text-halo-width': 1.2 },
  };
}

/** The sources and layers of a base map; none for the offline one. */
export function baseOf(
  source: MapSource,
  palette: Palette,
  isDark: boolean,
): Pick<StyleSpecification, 'sources' | 'layers'> {
  const sources: Record<string, SourceSpecification> = {};
  const layers: object[] = [];
  const paints = basePaints(palette, isDark);
  if (source.kind === 'offline') return { sources, layers: [] };
  for (const [order, addresses] of source.layers.entries()) {
    const shared = { tiles: tilesOf(source, addresses), maxzoom: source.zoom_max };
    const id = `base-${order}`;
    if (source.kind === 'archive_vector') {
      sources[id] = { type: 'vector', ...shared };
      for (const { id: layer, layer: sourceLayer, type, more } of vectorLayers)
        layers.push({ id: layer, type, source: id, 'source-layer': sourceLayer, ...more, paint: paints[layer] });
    } else {
      sources[id] = { type: 'raster', tileSize: TILE_PX, ...shared };
      layers.push({ id, type: 'raster', source: id, paint: paints[id] });
    }
  }
  return { sources, layers: layers as LayerSpecification[] };
}
