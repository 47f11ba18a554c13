import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { WallFailed } from '../pages/wall/WallFailed';
import { PageFailed, PageMissing } from '../parts/PageStates';
import { enterWall } from './enterWall';
import * as search from './search';

export const root = createRootRoute({ notFoundComponent: PageMissing, errorComponent: PageFailed });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search.readSignIn,
  component: lazyRouteComponent(() => import('../pages/signIn/SignInPage'), 'SignInPage'),
});

/** Where an identity provider sends the browser back. */
export const providerReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/provider',
  component: lazyRouteComponent(() => import('../pages/signIn/ProviderReturnPage'), 'ProviderReturnPage'),
});

/** Where the link of a letter leads, and whoever forgot the password. */
export const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: lazyRouteComponent(() => import('../pages/signIn/PasswordPage'), 'PasswordPage'),
});

/** For a part that is missing the router would read the page anew without asking whether the server answers: it is told less. */
const loadWall = () =>
  import('../pages/wall/WallPage').catch((cause: unknown) => {
    throw new Error('the wall display could not be read', { cause });
  });

const WallPage = lazyRouteComponent(loadWall, 'WallPage');

export const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
  errorComponent: WallFailed,
});

export const wallSite = createRoute({
  getParentRoute: () => root,
  path: '/wall/site/$siteId',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
  errorComponent: WallFailed,
});
