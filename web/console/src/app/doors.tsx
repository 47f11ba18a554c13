import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
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

const WallPage = lazyRouteComponent(() => import('../pages/wall/WallPage'), 'WallPage');

export const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
});

export const wallSite = createRoute({
  getParentRoute: () => root,
  path: '/wall/site/$siteId',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
});
