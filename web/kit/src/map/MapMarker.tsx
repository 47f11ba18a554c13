import { type Map as MapLibreMap, Marker } from 'maplibre-gl';
import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

interface MapMarkerProps {
  map: MapLibreMap;
  position: [longitude: number, latitude: number];
  /** Above its neighbours, or below them: their names must stay readable. */
  layer?: 'front' | 'back';
  children: ReactNode;
}

/** React content at a position of the map. */
export function MapMarker({ map, position, layer, children }: MapMarkerProps) {
  const [element] = useState(() => document.createElement('div'));
  const [longitude, latitude] = position;

  useEffect(() => {
    const marker = new Marker({ element }).setLngLat([longitude, latitude]).addTo(map);
    element.removeAttribute('role'); // the content says what it is
    element.removeAttribute('aria-label');
    element.removeAttribute('tabindex');
    return () => {
      marker.remove();
    };
  }, [map, element, longitude, latitude]);

  useEffect(() => {
    element.style.zIndex = layer === 'front' ? '2' : layer === 'back' ? '0' : '1';
  }, [element, layer]);

  return createPortal(children, element);
}
