import { type Map as MapLibreMap, Marker } from 'maplibre-gl';
import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

interface MapMarkerProps {
  map: MapLibreMap;
  position: [longitude: number, latitude: number];
  /** Above its neighbours. */
  front?: boolean;
  children: ReactNode;
}

/** React content at a position of the map. */
export function MapMarker({ map, position, front = false, children }: MapMarkerProps) {
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
    element.style.zIndex = front ? '2' : '';
  }, [element, front]);

  return createPortal(children, element);
}
