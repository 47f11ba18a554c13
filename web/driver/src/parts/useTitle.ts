import { useEffect } from 'react';
import { useBrandName } from '../app/brand';

/** The name of the page, in the browser's tab and for screen readers. */
export function useTitle(title: string | undefined): void {
  const name = useBrandName();
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name;
  }, [title, name]);
}
