import { Loading } from '@busbar/kit';
import type { SiteMapProps } from '@busbar/kit/map';
import { lazy, Suspense } from 'react';
import { useMapSource } from '../queries/maps';

const SiteMap = lazy(() => import('@busbar/kit/map'));

/** The map, fetched when a page first shows one: it is the largest part of the console. */
export function LazyMap(props: Omit<SiteMapProps, 'source'>) {
  const { data: source, isPending } = useMapSource();
  if (isPending) return <Loading rows={6} />;
  return (
    <Suspense fallback={<Loading rows={6} />}>
      <SiteMap {...props} {...(source && { source })} />
    </Suspense>
  );
}
