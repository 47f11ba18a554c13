import { type Schemas, take } from '@busbar/client';
import { ApiProblem } from '@busbar/kit';
import { queryOptions } from '@tanstack/react-query';
import { dropKept } from '../app/kept';
import { turnPushOff } from '../app/push';
import { api, session } from '../app/server';

const meta = { isPersonal: true };

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/me', { signal })),
  staleTime: 60_000,
  meta,
});

export const signInsQuery = queryOptions({
  queryKey: ['sign-ins'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/sign-ins', { signal })),
  meta,
});

type SignedIn = Schemas['SignedInDriver'];

/** Stands where a sign-out has not reached the server: until it does, the cookie still opens the account. */
const OWED_KEY = 'busbar.driver.signOutOwed';
/** So long a sign-out waits for the server. */
const SIGN_OUT_MILLIS = 10_000;

function enter(signedIn: SignedIn): SignedIn {
  localStorage.removeItem(OWED_KEY); // the cookie is another one now
  session.signIn({ token: signedIn.token, expiresAt: signedIn.expires_at });
  return signedIn;
}

/** The token goes into a cookie that no script can read. */
const transport = 'cookie';

export async function signIn(email: string, password: string): Promise<SignedIn> {
  return enter(await take(api.POST('/api/v1/driver/sign-in', { body: { email, password, transport } })));
}

export async function signUp(body: {
  email: string;
  password: string;
  display_name: string;
  language: string;
}): Promise<SignedIn> {
  return enter(await take(api.POST('/api/v1/driver/sign-up', { body: { ...body, transport } })));
}

/** Have a link mailed to whoever signs in with this address; what is answered tells nothing of that. */
export async function askPassword(email: string): Promise<void> {
  await take(api.POST('/api/v1/driver/forgot-password', { body: { email } }));
}

export async function setPassword(link: string, password: string): Promise<void> {
  await take(api.POST('/api/v1/driver/set-password', { body: { link, password } }));
}

async function endAtServer(signal?: AbortSignal): Promise<void> {
  try {
    await take(api.POST('/api/v1/driver/sign-out', { signal }));
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error; // else it has ended already
  }
  localStorage.removeItem(OWED_KEY);
}

/** Sign out here even when the server cannot be asked: the person may hand the phone on. */
export async function signOut(): Promise<void> {
  localStorage.setItem(OWED_KEY, '1');
  const signal = AbortSignal.timeout(SIGN_OUT_MILLIS);
  try {
    await turnPushOff(signal).catch(() => undefined);
    await endAtServer(signal);
  } finally {
    dropKept();
    session.signOut();
  }
}

/** Tell the server of a sign-out that it has not heard of, unless somebody is signed in again. */
export async function settleSignOut(): Promise<void> {
  if (session.isSignedIn || localStorage.getItem(OWED_KEY) === null) return;
  await endAtServer().catch(() => undefined); // the next start, or the network when it comes back, tries again
}

export async function updateMe(patch: Schemas['DriverSelfPatch']): Promise<Schemas['DriverProfile']> {
  return take(api.PATCH('/api/v1/driver/me', { body: patch }));
}

export async function changePassword(oldPassword: string, newPassword: string): Promise<void> {
  await take(
    api.POST('/api/v1/driver/change-password', { body: { old_password: oldPassword, new_password: newPassword } }),
  );
}

export async function eraseMe(password: string): Promise<void> {
  await take(api.POST('/api/v1/driver/me/erase', { body: { password } }));
  dropKept();
  session.signOut();
}

export async function endSignIn(signInId: string): Promise<void> {
  await take(api.DELETE('/api/v1/driver/sign-ins/{sign_in_id}', { params: { path: { sign_in_id: signInId } } }));
}

export function exportMyData(): Promise<Schemas['DriverData']> {
  return take(api.GET('/api/v1/driver/me/data'));
}
