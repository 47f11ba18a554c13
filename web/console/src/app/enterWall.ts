import { redirect } from '@tanstack/react-router';
import { screenSession, takeKey } from '../pages/wall/screen';
import { session } from './server';

/** A screen may bring its key in the address (`#key=bb_…`): it is kept in this browser and goes from the address. */
export function enterWall({ location }: { location: { href: string } }) {
  const clean = takeKey(window.location.origin + location.href);
  if (clean !== null) throw redirect({ href: clean, replace: true });
  if (!session.isSignedIn && !screenSession.isSignedIn)
    throw redirect({ to: '/sign-in', search: { next: location.href } });
}
