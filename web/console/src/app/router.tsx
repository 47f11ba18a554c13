import { createRoute, createRouter, lazyRouteComponent, parseSearchWith, redirect } from '@tanstack/react-router';
import { PageFailed, PageMissing, PageWaiting } from '../parts/PageStates';
import { password, providerReturn, root, signIn, wall, wallSite } from './doors';
import { Shell } from './Shell';
import * as search from './search';
import { session } from './server';

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
  validateSearch: search.readNow,
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
  validateSearch: search.readSite,
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
  validateSearch: search.readSession,
  component: lazyRouteComponent(() => import('../pages/sessions/SessionPage'), 'SessionPage'),
});

const reservations = createRoute({
  getParentRoute: () => shell,
  path: '/reservations',
  validateSearch: search.readReservations,
  component: lazyRouteComponent(() => import('../pages/reservations/ReservationsPage'), 'ReservationsPage'),
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

const whatIf = createRoute({
  getParentRoute: () => shell,
  path: '/tariffs/what-if',
  validateSearch: search.readWhatIf,
  component: lazyRouteComponent(() => import('../pages/tariffs/WhatIfPage'), 'WhatIfPage'),
});

const purchases = createRoute({
  getParentRoute: () => shell,
  path: '/tariffs/purchases',
  validateSearch: search.readPurchases,
  component: lazyRouteComponent(() => import('../pages/tariffs/PurchasesPage'), 'PurchasesPage'),
});

const offers = createRoute({
  getParentRoute: () => shell,
  path: '/offers',
  validateSearch: search.readOffers,
  component: lazyRouteComponent(() => import('../pages/offers/OffersPage'), 'OffersPage'),
});

const coupons = createRoute({
  getParentRoute: () => shell,
  path: '/offers/coupons',
  validateSearch: search.readCoupons,
  component: lazyRouteComponent(() => import('../pages/offers/CouponsPage'), 'CouponsPage'),
});

const plans = createRoute({
  getParentRoute: () => shell,
  path: '/offers/plans',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/offers/PlansPage'), 'PlansPage'),
});

const offer = createRoute({
  getParentRoute: () => shell,
  path: '/offers/$offerId',
  component: lazyRouteComponent(() => import('../pages/offers/OfferPage'), 'OfferPage'),
});

const drivers = createRoute({
  getParentRoute: () => shell,
  path: '/drivers',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/access/DriversPage'), 'DriversPage'),
});

const commands = createRoute({
  getParentRoute: () => shell,
  path: '/commands',
  validateSearch: search.readCommands,
  component: lazyRouteComponent(() => import('../pages/commands/CommandsPage'), 'CommandsPage'),
});

const operators = createRoute({
  getParentRoute: () => shell,
  path: '/operators',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/admin/OperatorsPage'), 'OperatorsPage'),
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

const companies = createRoute({
  getParentRoute: () => shell,
  path: '/companies',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/companies/CompaniesPage'), 'CompaniesPage'),
});

const company = createRoute({
  getParentRoute: () => shell,
  path: '/companies/$companyId',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/companies/CompanyPage'), 'CompanyPage'),
});

const paySetup = createRoute({
  getParentRoute: () => shell,
  path: '/payment-setup',
  component: lazyRouteComponent(() => import('../pages/paySetup/PaySetupPage'), 'PaySetupPage'),
});

const documents = createRoute({
  getParentRoute: () => shell,
  path: '/documents',
  validateSearch: search.readDocuments,
  component: lazyRouteComponent(() => import('../pages/documents/DocumentsPage'), 'DocumentsPage'),
});

const invoiceProfile = createRoute({
  getParentRoute: () => shell,
  path: '/documents/profile',
  component: lazyRouteComponent(() => import('../pages/documents/InvoiceProfilePage'), 'InvoiceProfilePage'),
});

const complaints = createRoute({
  getParentRoute: () => shell,
  path: '/complaints',
  validateSearch: search.readComplaints,
  component: lazyRouteComponent(() => import('../pages/complaints/ComplaintsPage'), 'ComplaintsPage'),
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
  validateSearch: search.readReports,
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

const refusals = createRoute({
  getParentRoute: () => shell,
  path: '/refusals',
  validateSearch: search.readRefusals,
  component: lazyRouteComponent(() => import('../pages/wire/RefusalsPage'), 'RefusalsPage'),
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
  validateSearch: search.readLedger,
  component: lazyRouteComponent(() => import('../pages/money/LedgerPage'), 'LedgerPage'),
});

const ledgerAccount = createRoute({
  getParentRoute: () => shell,
  path: '/ledger/$accountId',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/money/LedgerAccountPage'), 'LedgerAccountPage'),
});

const settlements = createRoute({
  getParentRoute: () => shell,
  path: '/settlements',
  validateSearch: search.readSettlements,
  component: lazyRouteComponent(() => import('../pages/settlement/SettlementsPage'), 'SettlementsPage'),
});

const settlement = createRoute({
  getParentRoute: () => shell,
  path: '/settlements/$settlementId',
  component: lazyRouteComponent(() => import('../pages/settlement/SettlementPage'), 'SettlementPage'),
});

const partners = createRoute({
  getParentRoute: () => shell,
  path: '/partners',
  validateSearch: search.readPartners,
  component: lazyRouteComponent(() => import('../pages/roaming/PartnersPage'), 'PartnersPage'),
});

const payees = createRoute({
  getParentRoute: () => shell,
  path: '/payees',
  validateSearch: search.readPayees,
  component: lazyRouteComponent(() => import('../pages/settlement/PayeesPage'), 'PayeesPage'),
});

const receivables = createRoute({
  getParentRoute: () => shell,
  path: '/receivables',
  validateSearch: search.readReceivables,
  component: lazyRouteComponent(() => import('../pages/money/ReceivablesPage'), 'ReceivablesPage'),
});

const walletClosings = createRoute({
  getParentRoute: () => shell,
  path: '/wallet-closings',
  validateSearch: search.readClosings,
  component: lazyRouteComponent(() => import('../pages/money/ClosingsPage'), 'ClosingsPage'),
});

const appBrand = createRoute({
  getParentRoute: () => shell,
  path: '/app-brand',
  component: lazyRouteComponent(() => import('../pages/admin/AppBrandPage'), 'AppBrandPage'),
});

const configurations = createRoute({
  getParentRoute: () => shell,
  path: '/configurations',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/configuration/ConfigurationsPage'), 'ConfigurationsPage'),
});

const signOn = createRoute({
  getParentRoute: () => shell,
  path: '/staff/sign-on',
  component: lazyRouteComponent(() => import('../pages/admin/SignOnPage'), 'SignOnPage'),
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

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/mail',
  validateSearch: search.readLetters,
  component: lazyRouteComponent(() => import('../pages/mail/MailPage'), 'MailPage'),
});

const reportSchedules = createRoute({
  getParentRoute: () => shell,
  path: '/reports/schedules',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/documents/ReportSchedulesPage'), 'ReportSchedulesPage'),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  validateSearch: search.readList,
  component: lazyRouteComponent(() => import('../pages/webhooks/WebhooksPage'), 'WebhooksPage'),
});

const webhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$webhookId',
  validateSearch: search.readWebhook,
  component: lazyRouteComponent(() => import('../pages/webhooks/WebhookPage'), 'WebhookPage'),
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
  reservations,
  appBrand,
  tariffs,
  tariff,
  whatIf,
  offers,
  coupons,
  plans,
  offer,
  drivers,
  commands,
  operators,
  payments,
  reconciliation,
  tokens,
  groups,
  companies,
  company,
  paySetup,
  documents,
  invoiceProfile,
  complaints,
  invoiceRequests,
  reports,
  reportSchedules,
  ledger,
  ledgerAccount,
  receivables,
  purchases,
  walletClosings,
  settlements,
  settlement,
  partners,
  payees,
  profiles,
  wire,
  unmatched,
  refusals,
  operations,
];

const routeTree = root.addChildren([
  signIn,
  providerReturn,
  password,
  wall,
  wallSite,
  shell.addChildren([
    ...pages,
    staff,
    signOn,
    configurations,
    apiKeys,
    webhooks,
    webhook,
    mail,
    audit,
    account,
    missing,
  ]),
]);

/** A value of an address. What a number would not give back as it stands is a text: a card may be called 12E45678. */
function readValue(raw: string): unknown {
  const value: unknown = JSON.parse(raw);
  return typeof value === 'number' && String(value) !== raw ? raw : value;
}

/** The console's pages, at the address of the browser. */
export function makeRouter() {
  return createRouter({
    routeTree,
    parseSearch: parseSearchWith(readValue),
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
