import { useEffect, useRef, useState } from 'react';

/** The width that a drawing has to fill, in CSS pixels; 0 until it is known. */
export function useWidth<Part extends HTMLElement>() {
  const place = useRef<Part>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const part = place.current;
    if (!part) return;
    const read = () => setWidth(Math.floor(part.getBoundingClientRect().width));
    read();
    const watch = new ResizeObserver(read);
    watch.observe(part);
    return () => watch.disconnect();
  }, []);
  return { place, width };
}
