import {
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  BarChartOutlined,
  BarcodeOutlined,
  CalendarOutlined,
  ClusterOutlined,
  CodeOutlined,
  ContactsOutlined,
  ControlOutlined,
  CreditCardOutlined,
  DashboardOutlined,
  DiffOutlined,
  EnvironmentOutlined,
  ExperimentOutlined,
  ExportOutlined,
  FileDoneOutlined,
  FileExclamationOutlined,
  FileTextOutlined,
  GlobalOutlined,
  HistoryOutlined,
  IdcardOutlined,
  ImportOutlined,
  KeyOutlined,
  LineChartOutlined,
  LoginOutlined,
  MailOutlined,
  MessageOutlined,
  MobileOutlined,
  MonitorOutlined,
  NodeIndexOutlined,
  PartitionOutlined,
  PercentageOutlined,
  ProfileOutlined,
  SendOutlined,
  ShopOutlined,
  SolutionOutlined,
  StarOutlined,
  StopOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
  WalletOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import type { Permission } from '../queries/me';

/** The jobs of an operator, in the order in which they stand; one without a page is not shown. */
const jobs = ['now', 'operate', 'sell', 'energy', 'maintain', 'network', 'insight', 'admin'] as const;

export type Job = (typeof jobs)[number];

export interface NavigationItem {
  job: Job;
  /** Its word is the text `nav.{name}`, its name for tests `nav-{name}`. */
  name: string;
  to: string;
  Icon: ComponentType;
  /** The right without which the page is not shown. */
  needs?: Permission;
  /** The page under whose entry it stands, as a tab beside it: so that nobody meets a menu of thirty. */
  under?: string;
}

/** One line for each page: which job it serves, its name, its address, its sign, and the right that it needs. */
const pages: NavigationItem[] = [
  { job: 'now', name: 'overview', to: '/', Icon: DashboardOutlined },
  { job: 'operate', name: 'sites', to: '/sites', Icon: EnvironmentOutlined },
  { job: 'operate', name: 'stations', to: '/stations', Icon: ThunderboltOutlined },
  { job: 'operate', name: 'sessions', to: '/sessions', Icon: HistoryOutlined },
  { job: 'operate', name: 'reservations', to: '/reservations', Icon: CalendarOutlined },
  { job: 'operate', name: 'commands', to: '/commands', Icon: CodeOutlined },
  { job: 'operate', name: 'complaints', to: '/complaints', Icon: MessageOutlined },
  { job: 'sell', name: 'drivers', to: '/drivers', Icon: UserOutlined },
  { job: 'sell', under: 'drivers', name: 'tokens', to: '/tokens', Icon: IdcardOutlined },
  { job: 'sell', under: 'drivers', name: 'groups', to: '/groups', Icon: ApartmentOutlined },
  { job: 'sell', under: 'drivers', name: 'companies', to: '/companies', Icon: ShopOutlined, needs: 'read_money' },
  { job: 'sell', name: 'tariffs', to: '/tariffs', Icon: TagsOutlined },
  {
    job: 'sell',
    under: 'tariffs',
    name: 'whatIf',
    to: '/tariffs/what-if',
    Icon: ExperimentOutlined,
    needs: 'manage_prices',
  },
  { job: 'sell', under: 'tariffs', name: 'purchases', to: '/tariffs/purchases', Icon: ImportOutlined },
  { job: 'sell', name: 'offers', to: '/offers', Icon: PercentageOutlined },
  { job: 'sell', under: 'offers', name: 'coupons', to: '/offers/coupons', Icon: BarcodeOutlined },
  { job: 'sell', under: 'offers', name: 'plans', to: '/offers/plans', Icon: StarOutlined },
  { job: 'sell', name: 'payments', to: '/payments', Icon: CreditCardOutlined, needs: 'read_money' },
  {
    job: 'sell',
    under: 'payments',
    name: 'receivables',
    to: '/receivables',
    Icon: FileExclamationOutlined,
    needs: 'read_money',
  },
  {
    job: 'sell',
    under: 'payments',
    name: 'reconciliation',
    to: '/reconciliation',
    Icon: DiffOutlined,
    needs: 'read_money',
  },
  {
    job: 'sell',
    under: 'payments',
    name: 'walletClosings',
    to: '/wallet-closings',
    Icon: ExportOutlined,
    needs: 'read_money',
  },
  { job: 'sell', under: 'payments', name: 'paySetup', to: '/payment-setup', Icon: WalletOutlined, needs: 'read_money' },
  { job: 'sell', name: 'documents', to: '/documents', Icon: FileTextOutlined },
  { job: 'sell', under: 'documents', name: 'invoiceRequests', to: '/invoice-requests', Icon: FileDoneOutlined },
  { job: 'sell', under: 'documents', name: 'invoiceProfile', to: '/documents/profile', Icon: ProfileOutlined },
  { job: 'sell', name: 'settlements', to: '/settlements', Icon: PartitionOutlined, needs: 'read_money' },
  { job: 'sell', under: 'settlements', name: 'payees', to: '/payees', Icon: ContactsOutlined, needs: 'read_money' },
  { job: 'sell', name: 'ledger', to: '/ledger', Icon: BankOutlined, needs: 'read_money' },
  { job: 'energy', name: 'profiles', to: '/profiles', Icon: LineChartOutlined },
  { job: 'network', name: 'configurations', to: '/configurations', Icon: ControlOutlined },
  { job: 'network', name: 'wire', to: '/wire', Icon: NodeIndexOutlined },
  { job: 'network', under: 'wire', name: 'refusals', to: '/refusals', Icon: StopOutlined },
  { job: 'network', under: 'wire', name: 'unmatched', to: '/unmatched', Icon: AuditOutlined },
  { job: 'network', name: 'partners', to: '/partners', Icon: GlobalOutlined },
  { job: 'network', name: 'operations', to: '/operations', Icon: MonitorOutlined, needs: 'watch' },
  { job: 'insight', name: 'reports', to: '/reports', Icon: BarChartOutlined },
  { job: 'admin', name: 'operators', to: '/operators', Icon: ClusterOutlined, needs: 'manage_operators' },
  { job: 'admin', name: 'appBrand', to: '/app-brand', Icon: MobileOutlined },
  { job: 'admin', name: 'staff', to: '/staff', Icon: TeamOutlined, needs: 'manage_staff' },
  { job: 'admin', under: 'staff', name: 'signOn', to: '/staff/sign-on', Icon: LoginOutlined, needs: 'manage_staff' },
  { job: 'admin', name: 'apiKeys', to: '/api-keys', Icon: KeyOutlined, needs: 'manage_staff' },
  { job: 'admin', name: 'webhooks', to: '/webhooks', Icon: SendOutlined, needs: 'manage_webhooks' },
  { job: 'admin', name: 'mail', to: '/mail', Icon: MailOutlined, needs: 'manage_staff' },
  { job: 'admin', name: 'audit', to: '/audit', Icon: SolutionOutlined, needs: 'read_audit' },
];

type Permits = (permission: Permission) => boolean;

function pagesFor(permits: Permits): NavigationItem[] {
  return pages.filter(({ needs }) => !needs || permits(needs));
}

/** The pages that a person may see, by the job that they serve. */
export function pagesByJob(permits: Permits): { job: Job; items: NavigationItem[] }[] {
  const shown = pagesFor(permits);
  return jobs
    .map((job) => ({ job, items: shown.filter((item) => item.job === job) }))
    .filter(({ items }) => items.length > 0);
}

/** The pages that stand together under one entry with this one, itself among them. */
export function pagesBeside(name: string, permits: Permits): NavigationItem[] {
  const head = pages.find((page) => page.name === name)?.under ?? name;
  return pagesFor(permits).filter((page) => (page.under ?? page.name) === head);
}

/** The entries of a menu of these pages: the first of those that stand together, with the addresses of all. */
export function entriesOf(items: readonly NavigationItem[]): { head: NavigationItem; addresses: string[] }[] {
  const entries = new Map<string, { head: NavigationItem; addresses: string[] }>();
  for (const item of items) {
    const key = item.under ?? item.name;
    const entry = entries.get(key);
    if (entry) entry.addresses.push(item.to);
    else entries.set(key, { head: item, addresses: [item.to] });
  }
  return [...entries.values()];
}

/** Whether an address belongs to an entry: to one of its pages or something below it. */
export function isWithin(path: string, addresses: readonly string[]): boolean {
  return addresses.some((to) => path === to || (to !== '/' && path.startsWith(`${to}/`)));
}
