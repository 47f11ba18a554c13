import 'maplibre-gl/dist/maplibre-gl.css';
import './map.css';
import type { FeatureCollection, Point } from 'geojson';
import {
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
import { mapStyle } from './style';

setWorkerUrl(workerUrl);

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
  label: string;
  children?: ReactNode;
}

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

function toFeatures(places: Place[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: places.map(({ id, tone, longitude, latitude }) => ({
      type: 'Feature',
      properties: { id, tone },
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
    })),
  };
}

function readVisible(map: MapLibreMap, byId: Map<string, Place>): Visible[] {
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
      position: place ? [place.longitude, place.latitude] : [longitude, latitude],
      place: place ?? null,
      clusterId,
      count: Number(properties?.point_count ?? 1),
      tone: place?.tone ?? tonesByUrgency.find((tone) => Number(properties?.[tone]) > 0) ?? 'idle',
    });
  }
  return [...found.values()];
}

/** Show all places, and the reader beside them. */
function frame(map: MapLibreMap, places: Place[], here: SiteMapProps['here']): void {
  const bounds = new LngLatBounds();
  for (const { longitude, latitude } of places) bounds.extend([longitude, latitude]);
  if (here) bounds.extend([here.longitude, here.latitude]);
  const isEmpty = places.length === 0;
  map.fitBounds(isEmpty ? WHOLE_WORLD : bounds, { padding: isEmpty ? 0 : 64, maxZoom: 14, animate: false });
}

/** A map of places that needs no other host: our ground and grid, the places as buttons, near ones gathered. */
export function SiteMap(props: SiteMapProps) {
  const { places, selectedId, onSelect, onPick, here, heightPx, label } = props;
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [visible, setVisible] = useState<Visible[]>([]);
  const { palette } = useTheme();
  const byId = useMemo(() => new Map(places.map((place) => [place.id, place])), [places]);
  const latest = useRef({ byId, here, onPick, palette, places });
  const framedIds = useRef('');
  useEffect(() => {
    latest.current = { byId, here, onPick, palette, places };
  });

  useEffect(() => {
    if (!box.current) return;
    const made = new MapLibreMap({
      container: box.current,
      style: mapStyle(latest.current.palette),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      maxZoom: 19,
      bounds: WHOLE_WORLD,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({}), 'bottom-left');
    const refresh = () => setVisible(readVisible(made, latest.current.byId));
    const drawGrid = () => {
      const bounds = made.getBounds();
      const source = made.getSource('graticule');
      if (source instanceof GeoJSONSource)
        source.setData(
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
    made.on('click', ({ lngLat }) => latest.current.onPick?.({ latitude: lngLat.lat, longitude: lngLat.lng }));
    made.once('load', () => {
      drawGrid();
      setMap(made);
    });
    return () => made.remove();
  }, []);

  useEffect(() => {
    if (!map) return;
    map.setPaintProperty('ground', 'background-color', palette.sunken);
    map.setPaintProperty('land', 'fill-color', palette.surface);
    map.setPaintProperty('land', 'fill-outline-color', palette.line);
    map.setPaintProperty('graticule', 'line-color', palette.line);
  }, [map, palette]);

  useEffect(() => {
    const source = map?.getSource('places');
    if (!map || !(source instanceof GeoJSONSource)) return;
    source.setData(toFeatures(places));
    const ids = places.map(({ id }) => id).join(' ');
    if (ids === framedIds.current) return;
    framedIds.current = ids; // frame anew only when other places are shown, not when their states change
    frame(map, places, latest.current.here);
  }, [map, places]);

  async function openCluster({ clusterId, position }: Visible): Promise<void> {
    const source = map?.getSource('places');
    if (!map || !(source instanceof GeoJSONSource)) return;
    map.easeTo({ center: position, zoom: await source.getClusterExpansionZoom(clusterId) });
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
        <MapMarker map={map} position={[here.longitude, here.latitude]} layer="back">
          <span className="bb-map-here" />
        </MapMarker>
      )}
      {props.children}
    </section>
  );
}

export default SiteMap;
