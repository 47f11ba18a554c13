import { take } from '@busbar/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

/** How somebody comes in who is not signed in. */
export const entryWays = (operator?: string) =>
  queryOptions({
    queryKey: ['entry-ways', operator],
    queryFn: () => take(api.GET('/api/v1/auth/ways', { params: { query: operator ? { operator } : {} } })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Have a link mailed to whoever signs in with this address; what is answered tells nothing of that. */
export async function askPassword(email: string): Promise<void> {
  await take(api.POST('/api/v1/auth/forgot-password', { body: { email } }));
}

export async function setPassword(link: string, password: string): Promise<void> {
  await take(api.POST('/api/v1/auth/set-password', { body: { link, password } }));
}
