import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { NearbyPage } from '../pages/nearby/NearbyPage';
import { PageFailed, PageMissing, PageWaiting } from '../parts/PageStates';
import { Frame, Tabs } from './Shell';
import { readNearby, readPassword, readReport, readSignIn } from './search';
import { session } from './server';

const root = createRootRoute({ component: Frame, notFoundComponent: PageMissing, errorComponent: PageFailed });

const tabs = createRoute({ getParentRoute: () => root, id: 'tabs', component: Tabs });

const nearby = createRoute({
  getParentRoute: () => tabs,
  path: '/',
  validateSearch: readNearby,
  component: NearbyPage, // most people come here first: it comes with the app, not after it
});

const code = createRoute({
  getParentRoute: () => tabs,
  path: '/code',
  component: lazyRouteComponent(() => import('../pages/code/CodePage'), 'CodePage'),
});

const pastSessions = createRoute({
  getParentRoute: () => tabs,
  path: '/history',
  component: lazyRouteComponent(() => import('../pages/history/HistoryPage'), 'HistoryPage'),
});

const account = createRoute({
  getParentRoute: () => tabs,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/account/AccountPage'), 'AccountPage'),
});

const StationPage = lazyRouteComponent(() => import('../pages/station/StationPage'), 'StationPage');

/** What the QR label on a station says: `/app/s/{station}` or `/app/s/{station}/{evse}`. */
const station = createRoute({ getParentRoute: () => root, path: '/s/$stationId', component: StationPage });
const stationEvse = createRoute({ getParentRoute: () => root, path: '/s/$stationId/$evseId', component: StationPage });

/** Paying for one charge without an account, and the link that shows it. */
const GuestPage = lazyRouteComponent(() => import('../pages/guest/GuestPage'), 'GuestPage');
const guest = createRoute({ getParentRoute: () => root, path: '/g/$stationId', component: GuestPage });
const guestEvse = createRoute({ getParentRoute: () => root, path: '/g/$stationId/$evseId', component: GuestPage });
const guestStay = createRoute({
  getParentRoute: () => root,
  path: '/guest/$link',
  component: lazyRouteComponent(() => import('../pages/guest/GuestStayPage'), 'GuestStayPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignIn,
  component: lazyRouteComponent(() => import('../pages/signIn/SignInPage'), 'SignInPage'),
});

/** Where the link of a letter leads, and whoever forgot the password. */
const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  validateSearch: readPassword,
  component: lazyRouteComponent(() => import('../pages/signIn/PasswordPage'), 'PasswordPage'),
});

const mine = createRoute({
  getParentRoute: () => root,
  id: 'mine',
  beforeLoad: ({ location }) => {
    if (session.isSignedIn) return;
    throw redirect({ to: '/sign-in', search: { next: location.href, mode: 'in' } });
  },
});

const sessionPage = createRoute({
  getParentRoute: () => mine,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('../pages/session/SessionPage'), 'SessionPage'),
});

const wallet = createRoute({
  getParentRoute: () => mine,
  path: '/wallet',
  component: lazyRouteComponent(() => import('../pages/wallet/WalletPage'), 'WalletPage'),
});

const topUp = createRoute({
  getParentRoute: () => mine,
  path: '/wallet/top-up',
  component: lazyRouteComponent(() => import('../pages/wallet/TopUpPage'), 'TopUpPage'),
});

const plans = createRoute({
  getParentRoute: () => mine,
  path: '/plans',
  component: lazyRouteComponent(() => import('../pages/plans/PlansPage'), 'PlansPage'),
});

const receipt = createRoute({
  getParentRoute: () => mine,
  path: '/receipts/$sessionId',
  component: lazyRouteComponent(() => import('../pages/receipt/ReceiptPage'), 'ReceiptPage'),
});

const vehicles = createRoute({
  getParentRoute: () => mine,
  path: '/vehicles',
  component: lazyRouteComponent(() => import('../pages/vehicles/VehiclesPage'), 'VehiclesPage'),
});

const cards = createRoute({
  getParentRoute: () => mine,
  path: '/cards',
  component: lazyRouteComponent(() => import('../pages/cards/CardsPage'), 'CardsPage'),
});

const reports = createRoute({
  getParentRoute: () => mine,
  path: '/reports',
  component: lazyRouteComponent(() => import('../pages/reports/ReportsPage'), 'ReportsPage'),
});

const reservations = createRoute({
  getParentRoute: () => mine,
  path: '/reservations',
  component: lazyRouteComponent(() => import('../pages/reservations/ReservationsPage'), 'ReservationsPage'),
});

const newReport = createRoute({
  getParentRoute: () => mine,
  path: '/reports/new',
  validateSearch: readReport,
  beforeLoad: ({ search }) => {
    if (!search.station) throw redirect({ to: '/reports' }); // a report is of a station
  },
  component: lazyRouteComponent(() => import('../pages/reports/NewReportPage'), 'NewReportPage'),
});

const report = createRoute({
  getParentRoute: () => mine,
  path: '/reports/$reportId',
  component: lazyRouteComponent(() => import('../pages/reports/ReportPage'), 'ReportPage'),
});

/** The pages of the app. A test gives it a history of its own. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    ...(history && { history }),
    routeTree: root.addChildren([
      tabs.addChildren([nearby, code, pastSessions, account]),
      station,
      stationEvse,
      guest,
      guestEvse,
      guestStay,
      password,
      signIn,
      mine.addChildren([
        sessionPage,
        receipt,
        wallet,
        topUp,
        plans,
        vehicles,
        cards,
        reservations,
        reports,
        newReport,
        report,
      ]),
    ]),
    basepath: '/app',
    defaultPreload: 'intent',
    defaultPendingComponent: PageWaiting,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
}

export type AppRouter = ReturnType<typeof makeRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
