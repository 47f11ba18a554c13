import 'maplibre-gl/dist/maplibre-gl.css';
import './map.css';
import type { FeatureCollection, Point } from 'geojson';
import {
  addProtocol,
  GeoJSONSource,
  LngLatBounds,
  Map as MapLibreMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Shape, Tone } from '../state/Mark';
import { Glyph } from '../state/Mark';
import { useTheme } from '../theme';
import { drawGraticule } from './graticule';
import { MapMarker } from './MapMarker';
import { rangesOf, TileArchive } from './pmtiles';
import { ARCHIVE_SCHEME, basePaints, fromMap, type MapSource, OFFLINE, toMap } from './source';
import { mapStyle } from './style';

export type { MapSource } from './source';

setWorkerUrl(workerUrl);

const archives = new Map<string, TileArchive>();
const ARCHIVE_ADDRESS = new RegExp(`^${ARCHIVE_SCHEME}://(.+)/(\\d+)/(\\d+)/(\\d+)$`);

// An archive's tiles are asked by an address of our own, and read from it in ranges.
addProtocol(ARCHIVE_SCHEME, async ({ url }, { signal }) => {
  const [, path = '', zoom, x, y] = ARCHIVE_ADDRESS.exec(url) ?? [];
  const archive = archives.get(path) ?? new TileArchive(rangesOf(path));
  archives.set(path, archive);
  return { data: (await archive.tile(Number(zoom), Number(x), Number(y), signal)) ?? new ArrayBuffer(0) };
});

/** Something with a position: a site, a station, the reader. */
export interface Place {
  id: string;
  name: string;
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
  tone: Tone;
  shape: Shape;
  /** The state in words. */
  state: string;
}

export interface SiteMapProps {
  places: Place[];
  selectedId?: string | null;
  onSelect?: (id: string) => void;
  /** A press on the ground, for choosing a position. */
  onPick?: (position: { latitude: number; longitude: number }) => void;
  /** Where the reader stands. */
  here?: { latitude: number; longitude: number } | null;
  heightPx: number | string;
  /** What the map is drawn on; our own outlines by default. It is read once. */
  source?: MapSource;
  label: string;
  children?: ReactNode;
}

type PaintName = Parameters<MapLibreMap['setPaintProperty']>[1];

interface Visible {
  key: string;
  position: [number, number];
  place: Place | null;
  clusterId: number;
  count: number;
  tone: Tone;
}

const tonesByUrgency = ['bad', 'warn', 'flow', 'good'] as const;
const WHOLE_WORLD = new LngLatBounds([-130, -45, 160, 65]);

function lngLatOf(source: MapSource, position: { latitude: number; longitude: number }): [number, number] {
  const { longitude, latitude } = toMap(source, position);
  return [longitude, latitude];
}

function toFeatures(places: Place[], source: MapSource): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: places.map(({ id, tone, ...position }) => {
      const { longitude, latitude } = toMap(source, position);
      return {
        type: 'Feature',
        properties: { id, tone },
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
      };
    }),
  };
}

function readVisible(map: MapLibreMap, byId: Map<string, Place>, source: MapSource): Visible[] {
  const found = new Map<string, Visible>();
  for (const { properties, geometry } of map.querySourceFeatures('places')) {
    if (geometry.type !== 'Point') continue;
    const [longitude = 0, latitude = 0] = geometry.coordinates;
    const clusterId = typeof properties?.cluster_id === 'number' ? properties.cluster_id : -1;
    const place = clusterId < 0 ? byId.get(String(properties?.id)) : undefined;
    if (clusterId < 0 && !place) continue;
    const key = place ? `place-${place.id}` : `cluster-${clusterId}`;
    if (found.has(key)) continue;
    found.set(key, {
      key,
      position: place ? lngLatOf(source, place) : [longitude, latitude],
      place: place ?? null,
      clusterId,
      count: Number(properties?.point_count ?? 1),
      tone: place?.tone ?? tonesByUrgency.find((tone) => Number(properties?.[tone]) > 0) ?? 'idle',
    });
  }
  return [...found.values()];
}

/** Of the width of a map, what a name at its right edge takes. */
const NAME_SHARE = 0.18;

/** Show all places, and the reader beside them. */
function frame(map: MapLibreMap, places: Place[], here: SiteMapProps['here'], source: MapSource): void {
  const bounds = new LngLatBounds();
  for (const place of places) bounds.extend(lngLatOf(source, place));
  if (here) bounds.extend(lngLatOf(source, here));
  const isEmpty = places.length === 0;
  // A name stands to the right of its place: it needs room there, on a wall more than on a desk.
  const right = Math.max(64, Math.round(map.getContainer().clientWidth * NAME_SHARE));
  map.fitBounds(isEmpty ? WHOLE_WORLD : bounds, {
    padding: isEmpty ? 0 : { top: 64, bottom: 64, left: 64, right },
    maxZoom: 14,
    animate: false,
  });
}

/** A map of places that needs no other host: our ground and grid, the places as buttons, near ones gathered. */
export function SiteMap(props: SiteMapProps) {
  const { places, selectedId, onSelect, onPick, here, heightPx, label } = props;
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [visible, setVisible] = useState<Visible[]>([]);
  const { palette, theme } = useTheme();
  const [source] = useState(props.source ?? OFFLINE);
  const isDark = theme === 'dark';
  const byId = useMemo(() => new Map(places.map((place) => [place.id, place])), [places]);
  const latest = useRef({ byId, here, onPick, palette, places, isDark });
  const framedIds = useRef('');
  useEffect(() => {
    latest.current = { byId, here, onPick, palette, places, isDark };
  });

  useEffect(() => {
    if (!box.current) return;
    const made = new MapLibreMap({
      container: box.current,
      style: mapStyle(latest.current.palette, latest.current.isDark, source),
      attributionControl: source.attribution ? { customAttribution: source.attribution, compact: false } : false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      maxZoom: 19,
      bounds: WHOLE_WORLD,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({}), 'bottom-left');
    const refresh = () => setVisible(readVisible(made, latest.current.byId, source));
    const drawGrid = () => {
      const bounds = made.getBounds();
      const grid = made.getSource('graticule');
      if (grid instanceof GeoJSONSource)
        grid.setData(
          drawGraticule({
            west: bounds.getWest(),
            south: bounds.getSouth(),
            east: bounds.getEast(),
            north: bounds.getNorth(),
          }),
        );
    };
    made.on('moveend', () => {
      drawGrid();
      refresh();
    });
    made.on('idle', refresh); // only then is nothing left of the zoom before
    made.on('sourcedata', ({ sourceId, isSourceLoaded }) => {
      if (sourceId === 'places' && isSourceLoaded) refresh();
    });
    made.on('click', ({ lngLat }) =>
      latest.current.onPick?.(fromMap(source, { latitude: lngLat.lat, longitude: lngLat.lng })),
    );
    made.once('load', () => {
      drawGrid();
      setMap(made);
    });
    return () => made.remove();
  }, [source]);

  useEffect(() => {
    if (!map) return;
    map.setPaintProperty('ground', 'background-color', palette.sunken);
    const paints = {
      land: { 'fill-color': palette.surface, 'fill-outline-color': palette.line },
      graticule: { 'line-color': palette.line },
      ...basePaints(palette, isDark),
    };
    for (const [layer, paint] of Object.entries(paints).filter(([id]) => map.getLayer(id)))
      for (const [name, value] of Object.entries(paint)) map.setPaintProperty(layer, name as PaintName, value);
  }, [map, palette, isDark]);

  useEffect(() => {
    const shown = map?.getSource('places');
    if (!map || !(shown instanceof GeoJSONSource)) return;
    shown.setData(toFeatures(places, source));
    const ids = places.map(({ id }) => id).join(' ');
    if (ids === framedIds.current) return;
    framedIds.current = ids; // frame anew only when other places are shown, not when their states change
    frame(map, places, latest.current.here, source);
  }, [map, places, source]);

  async function openCluster({ clusterId, position }: Visible): Promise<void> {
    const shown = map?.getSource('places');
    if (!map || !(shown instanceof GeoJSONSource)) return;
    map.easeTo({ center: position, zoom: await shown.getClusterExpansionZoom(clusterId) });
  }

  return (
    <section className="bb-map" aria-label={label} style={{ height: heightPx }}>
      <div ref={box} className="bb-map-canvas" />
      {map &&
        visible.map((item) => (
          <MapMarker
            key={item.key}
            map={map}
            position={item.position}
            {...(item.place?.id === selectedId && { layer: 'front' })}
          >
            {item.place ? (
              <button
                type="button"
                className="bb-map-place"
                data-tone={item.place.tone}
                aria-pressed={item.place.id === selectedId}
                title={`${item.place.name} · ${item.place.state}`}
                onClick={(event) => {
                  event.stopPropagation();
                  onSelect?.(item.place?.id ?? '');
                }}
              >
                <Glyph shape={item.place.shape} />
                <span className="bb-map-name">{item.place.name}</span>
                <span className="bb-visually-hidden">{item.place.state}</span>
              </button>
            ) : (
              <button
                type="button"
                className="bb-map-cluster"
                data-tone={item.tone}
                onClick={() => void openCluster(item)}
              >
                {item.count}
              </button>
            )}
          </MapMarker>
        ))}
      {map && here && (
        <MapMarker map={map} position={lngLatOf(source, here)} layer="back">
          <span className="bb-map-here" />
        </MapMarker>
      )}
      {props.children}
    </section>
  );
}

export default SiteMap;
