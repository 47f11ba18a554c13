import {
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  BarChartOutlined,
  CreditCardOutlined,
  DashboardOutlined,
  DiffOutlined,
  EnvironmentOutlined,
  FileDoneOutlined,
  FileExclamationOutlined,
  FileTextOutlined,
  HistoryOutlined,
  IdcardOutlined,
  KeyOutlined,
  LineChartOutlined,
  MonitorOutlined,
  NodeIndexOutlined,
  SolutionOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
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
}

/** One line for each page: which job it serves, its name, its address, its sign, and the right that it needs. */
const pages: NavigationItem[] = [
  { job: 'now', name: 'overview', to: '/', Icon: DashboardOutlined },
  { job: 'operate', name: 'sites', to: '/sites', Icon: EnvironmentOutlined },
  { job: 'operate', name: 'stations', to: '/stations', Icon: ThunderboltOutlined },
  { job: 'operate', name: 'sessions', to: '/sessions', Icon: HistoryOutlined },
  { job: 'sell', name: 'tariffs', to: '/tariffs', Icon: TagsOutlined },
  { job: 'sell', name: 'drivers', to: '/drivers', Icon: UserOutlined },
  { job: 'sell', name: 'tokens', to: '/tokens', Icon: IdcardOutlined },
  { job: 'sell', name: 'groups', to: '/groups', Icon: ApartmentOutlined },
  { job: 'sell', name: 'documents', to: '/documents', Icon: FileTextOutlined },
  { job: 'sell', name: 'invoiceRequests', to: '/invoice-requests', Icon: FileDoneOutlined },
  { job: 'sell', name: 'ledger', to: '/ledger', Icon: BankOutlined, needs: 'read_money' },
  { job: 'sell', name: 'receivables', to: '/receivables', Icon: FileExclamationOutlined, needs: 'read_money' },
  { job: 'sell', name: 'payments', to: '/payments', Icon: CreditCardOutlined, needs: 'read_money' },
  { job: 'sell', name: 'reconciliation', to: '/reconciliation', Icon: DiffOutlined, needs: 'read_money' },
  { job: 'energy', name: 'profiles', to: '/profiles', Icon: LineChartOutlined },
  { job: 'network', name: 'wire', to: '/wire', Icon: NodeIndexOutlined },
  { job: 'network', name: 'unmatched', to: '/unmatched', Icon: AuditOutlined },
  { job: 'network', name: 'operations', to: '/operations', Icon: MonitorOutlined, needs: 'watch' },
  { job: 'insight', name: 'reports', to: '/reports', Icon: BarChartOutlined },
  { job: 'admin', name: 'staff', to: '/staff', Icon: TeamOutlined, needs: 'manage_staff' },
  { job: 'admin', name: 'apiKeys', to: '/api-keys', Icon: KeyOutlined, needs: 'manage_staff' },
  { job: 'admin', name: 'audit', to: '/audit', Icon: SolutionOutlined, needs: 'read_audit' },
];

/** The pages that a person may see, by the job that they serve. */
export function pagesByJob(permits: (permission: Permission) => boolean): { job: Job; items: NavigationItem[] }[] {
  const shown = pages.filter(({ needs }) => !needs || permits(needs));
  return jobs
    .map((job) => ({ job, items: shown.filter((item) => item.job === job) }))
    .filter(({ items }) => items.length > 0);
}
