import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { screenSession, takeKey } from '../pages/wall/screen';
import { PageFailed, PageMissing, PageWaiting } from '../parts/PageStates';
import { Shell } from './Shell';
import * as search from './search';
import { session } from './server';

const root = createRootRoute({ notFoundComponent: PageMissing, errorComponent: PageFailed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search.readSignIn,
  component: lazyRouteComponent(() => import('../pages/signIn/SignInPage'), 'SignInPage'),
});

/** A screen may bring its key in the address (`#key=bb_…`): it is kept in this browser and goes from the address. */
function enterWall({ location }: { location: { href: string } }) {
  const clean = takeKey(window.location.origin + location.href);
  if (clean !== null) throw redirect({ href: clean, replace: true });
  if (!session.isSignedIn && !screenSession.isSignedIn)
    throw redirect({ to: '/sign-in', search: { next: location.href } });
}

const WallPage = lazyRouteComponent(() => import('../pages/wall/WallPage'), 'WallPage');

const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
});

const wallSite = createRoute({
  getParentRoute: () => root,
  path: '/wall/site/$siteId',
  validateSearch: search.readWall,
  beforeLoad: enterWall,
  component: WallPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: ({ location }) => {
    if (session.isSignedIn) return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
  },
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview/OverviewPage'), 'OverviewPage'),
});

const sites = createRoute({
  getParentRoute: () => shell,
  path: '/sites',
  validateSearch: search.readSites,
  component: lazyRouteComponent(() => import('../pages/sites/SitesPage'), 'SitesPage'),
});

const site = createRoute({
  getParentRoute: () => shell,
  path: '/sites/$siteId',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/sites/SitePage'), 'SitePage'),
});

const stations = createRoute({
  getParentRoute: () => shell,
  path: '/stations',
  validateSearch: search.readStations,
  component: lazyRouteComponent(() => import('../pages/stations/StationsPage'), 'StationsPage'),
});

const station = createRoute({
  getParentRoute: () => shell,
  path: '/stations/$stationId',
  validateSearch: search.readStation,
  component: lazyRouteComponent(() => import('../pages/station/StationPage'), 'StationPage'),
});

const sessions = createRoute({
  getParentRoute: () => shell,
  path: '/sessions',
  validateSearch: search.readSessions,
  component: lazyRouteComponent(() => import('../pages/sessions/SessionsPage'), 'SessionsPage'),
});

const sessionPage = createRoute({
  getParentRoute: () => shell,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('../pages/sessions/SessionPage'), 'SessionPage'),
});

const tariffs = createRoute({
  getParentRoute: () => shell,
  path: '/tariffs',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/tariffs/TariffsPage'), 'TariffsPage'),
});

const tariff = createRoute({
  getParentRoute: () => shell,
  path: '/tariffs/$tariffId',
  component: lazyRouteComponent(() => import('../pages/tariffs/TariffPage'), 'TariffPage'),
});

const drivers = createRoute({
  getParentRoute: () => shell,
  path: '/drivers',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/access/DriversPage'), 'DriversPage'),
});

const payments = createRoute({
  getParentRoute: () => shell,
  path: '/payments',
  validateSearch: search.readPayments,
  component: lazyRouteComponent(() => import('../pages/payments/PaymentsPage'), 'PaymentsPage'),
});

const reconciliation = createRoute({
  getParentRoute: () => shell,
  path: '/reconciliation',
  validateSearch: search.readPayments,
  component: lazyRouteComponent(() => import('../pages/payments/ReconciliationPage'), 'ReconciliationPage'),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  validateSearch: search.readTokens,
  component: lazyRouteComponent(() => import('../pages/access/TokensPage'), 'TokensPage'),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/access/GroupsPage'), 'GroupsPage'),
});

const documents = createRoute({
  getParentRoute: () => shell,
  path: '/documents',
  validateSearch: search.readDocuments,
  component: lazyRouteComponent(() => import('../pages/documents/DocumentsPage'), 'DocumentsPage'),
});

const invoiceRequests = createRoute({
  getParentRoute: () => shell,
  path: '/invoice-requests',
  validateSearch: search.readInvoiceRequests,
  component: lazyRouteComponent(() => import('../pages/documents/InvoiceRequestsPage'), 'InvoiceRequestsPage'),
});

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  component: lazyRouteComponent(() => import('../pages/documents/ReportsPage'), 'ReportsPage'),
});

const profiles = createRoute({
  getParentRoute: () => shell,
  path: '/profiles',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/profiles/ProfilesPage'), 'ProfilesPage'),
});

const wire = createRoute({
  getParentRoute: () => shell,
  path: '/wire',
  validateSearch: search.readWire,
  component: lazyRouteComponent(() => import('../pages/wire/WirePage'), 'WirePage'),
});

const unmatched = createRoute({
  getParentRoute: () => shell,
  path: '/unmatched',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/wire/UnmatchedPage'), 'UnmatchedPage'),
});

const operations = createRoute({
  getParentRoute: () => shell,
  path: '/operations',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/operations/OperationsPage'), 'OperationsPage'),
});

const ledger = createRoute({
  getParentRoute: () => shell,
  path: '/ledger',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/money/LedgerPage'), 'LedgerPage'),
});

const ledgerAccount = createRoute({
  getParentRoute: () => shell,
  path: '/ledger/$accountId',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/money/LedgerAccountPage'), 'LedgerAccountPage'),
});

const receivables = createRoute({
  getParentRoute: () => shell,
  path: '/receivables',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/money/ReceivablesPage'), 'ReceivablesPage'),
});

const staff = createRoute({
  getParentRoute: () => shell,
  path: '/staff',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/admin/StaffPage'), 'StaffPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: '/api-keys',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/admin/ApiKeysPage'), 'ApiKeysPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: search.readAudit,
  component: lazyRouteComponent(() => import('../pages/admin/AuditPage'), 'AuditPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/admin/AccountPage'), 'AccountPage'),
});

/** An address that leads nowhere: said within the frame, so that one finds on. */
const missing = createRoute({ getParentRoute: () => shell, path: '$', component: PageMissing });

const pages = [
  overview,
  sites,
  site,
  stations,
  station,
  sessions,
  sessionPage,
  tariffs,
  tariff,
  drivers,
  payments,
  reconciliation,
  tokens,
  groups,
  documents,
  invoiceRequests,
  reports,
  ledger,
  ledgerAccount,
  receivables,
  profiles,
  wire,
  unmatched,
  operations,
];

const routeTree = root.addChildren([
  signIn,
  wall,
  wallSite,
  shell.addChildren([...pages, staff, apiKeys, audit, account, missing]),
]);

/** The console's pages, at the address of the browser. */
export function makeRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: PageWaiting,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
}

export type ConsoleRouter = ReturnType<typeof makeRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: ConsoleRouter;
  }
}
