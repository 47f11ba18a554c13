import {
  ApartmentOutlined,
  AuditOutlined,
  DashboardOutlined,
  EnvironmentOutlined,
  HistoryOutlined,
  IdcardOutlined,
  KeyOutlined,
  LineChartOutlined,
  MonitorOutlined,
  NodeIndexOutlined,
  SolutionOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Permission } from '../queries/me';

export interface NavigationItem {
  name:
    | 'overview'
    | 'sites'
    | 'stations'
    | 'sessions'
    | 'drivers'
    | 'tokens'
    | 'groups'
    | 'profiles'
    | 'wire'
    | 'unmatched'
    | 'operations'
    | 'staff'
    | 'apiKeys'
    | 'operators'
    | 'audit';
  to: string;
  icon: ReactNode;
  needs?: Permission;
}

export interface NavigationGroup {
  name: 'now' | 'operate' | 'sell' | 'energy' | 'network' | 'admin';
  items: NavigationItem[];
}

/** The pages by the job that they serve. */
export const navigation: NavigationGroup[] = [
  { name: 'now', items: [{ name: 'overview', to: '/', icon: <DashboardOutlined /> }] },
  {
    name: 'operate',
    items: [
      { name: 'sites', to: '/sites', icon: <EnvironmentOutlined /> },
      { name: 'stations', to: '/stations', icon: <ThunderboltOutlined /> },
      { name: 'sessions', to: '/sessions', icon: <HistoryOutlined /> },
    ],
  },
  {
    name: 'sell',
    items: [
      { name: 'drivers', to: '/drivers', icon: <UserOutlined /> },
      { name: 'tokens', to: '/tokens', icon: <IdcardOutlined /> },
      { name: 'groups', to: '/groups', icon: <ApartmentOutlined /> },
    ],
  },
  { name: 'energy', items: [{ name: 'profiles', to: '/profiles', icon: <LineChartOutlined /> }] },
  {
    name: 'network',
    items: [
      { name: 'wire', to: '/wire', icon: <NodeIndexOutlined /> },
      { name: 'unmatched', to: '/unmatched', icon: <AuditOutlined /> },
      { name: 'operations', to: '/operations', icon: <MonitorOutlined />, needs: 'watch' },
    ],
  },
  {
    name: 'admin',
    items: [
      { name: 'staff', to: '/staff', icon: <TeamOutlined />, needs: 'manage_staff' },
      { name: 'apiKeys', to: '/api-keys', icon: <KeyOutlined />, needs: 'manage_staff' },
      { name: 'audit', to: '/audit', icon: <SolutionOutlined />, needs: 'read_audit' },
    ],
  },
];
