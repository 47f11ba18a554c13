import { take } from '@busbar/client';
import { ApiProblem } from '@busbar/kit';
import { useQueries } from '@tanstack/react-query';
import { api } from '../app/server';
import { readDriver } from './access';

/** How what a filter names by its id is read. */
const readers = {
  site: (id: string) => take(api.GET('/api/v1/sites/{site_id}', { params: { path: { site_id: id } } })),
  station: (id: string) => take(api.GET('/api/v1/stations/{station_id}', { params: { path: { station_id: id } } })),
  driver: readDriver,
  group: (id: string) => take(api.GET('/api/v1/token-groups/{value}', { params: { path: { value: id } } })),
  tariff: (id: string) => take(api.GET('/api/v1/tariffs/{tariff_id}', { params: { path: { tariff_id: id } } })),
  offer: (id: string) => take(api.GET('/api/v1/offers/{offer_id}', { params: { path: { offer_id: id } } })),
  company: (id: string) => take(api.GET('/api/v1/companies/{company_id}', { params: { path: { company_id: id } } })),
  partner: (id: string) => take(api.GET('/api/v1/partners/{partner_id}', { params: { path: { partner_id: id } } })),
} satisfies Record<string, (id: string) => Promise<unknown>>;

export type Named = keyof typeof readers;
/** What filters name: the id of each thing. */
export type Names = { [Noun in Named]?: string | undefined };

async function isThere(noun: Named, id: string): Promise<boolean> {
  try {
    await readers[noun](id);
    return true;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return false;
    throw error;
  }
}

/** The first of these that does not exist. */
export function useAbsent(names: Names): Named | undefined {
  const nouns = (Object.keys(readers) as Named[]).filter((noun) => names[noun]);
  const answers = useQueries({
    queries: nouns.map((noun) => ({
      queryKey: ['is-there', noun, names[noun]],
      queryFn: () => isThere(noun, names[noun] ?? ''),
    })),
  });
  return nouns.find((_, place) => answers[place]?.data === false);
}
