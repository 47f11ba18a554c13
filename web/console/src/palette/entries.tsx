import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { pagesByJob } from '../app/navigation';
import { type Permission, signOut } from '../queries/me';

/** A line of the palette: where it leads, or what it does. */
export interface Entry {
  key: string;
  group: 'actions' | 'pages' | 'stations' | 'sites' | 'sessions' | 'drivers' | 'tokens';
  title: string;
  note?: string;
  icon?: ReactNode;
  /** An address of the console. */
  to?: string;
  run?: () => void;
  /** What has actions of its own, which can be shown. */
  subject?: Subject;
}

/** A station or a driver. */
export interface Subject {
  kind: 'station' | 'driver';
  id: string;
  /** What it is called while its actions are shown. */
  label: string;
}

type Permits = (permission: Permission) => boolean;

/** Words that fit what was typed, each somewhere, in any order. */
export function fits(entry: Pick<Entry, 'title' | 'note'>, typed: string): boolean {
  const text = `${entry.title} ${entry.note ?? ''}`.toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function pageEntries(t: TFunction, permits: Permits): Entry[] {
  return pagesByJob(permits).flatMap(({ job, items }) =>
    items.map(({ name, to, Icon }) => ({
      key: `page ${name}`,
      group: 'pages' as const,
      title: t(`nav.${name}`),
      note: t(`nav.group.${job}`),
      icon: <Icon />,
      to,
    })),
  );
}

const creations: readonly { name: string; to: string; needs: Permission }[] = [
  { name: 'station', to: '/stations?edit=new', needs: 'manage_network' },
  { name: 'site', to: '/sites?edit=new', needs: 'manage_network' },
  { name: 'driver', to: '/drivers?edit=new', needs: 'manage_access' },
  { name: 'token', to: '/tokens?edit=new', needs: 'manage_access' },
  { name: 'group', to: '/groups?edit=new', needs: 'manage_access' },
  { name: 'configuration', to: '/configurations?edit=new', needs: 'manage_network' },
  { name: 'company', to: '/companies?edit=new', needs: 'manage_money' },
  { name: 'plan', to: '/offers/plans?edit=new', needs: 'manage_prices' },
  { name: 'coupons', to: '/offers/coupons?edit=new', needs: 'manage_prices' },
  { name: 'invoice', to: '/documents?edit=new', needs: 'manage_prices' },
  { name: 'webhook', to: '/webhooks?edit=new', needs: 'manage_webhooks' },
  { name: 'staff', to: '/staff?edit=new', needs: 'manage_staff' },
  { name: 'apiKey', to: '/api-keys?edit=new', needs: 'manage_staff' },
];

/** What can be done from everywhere. */
export function actionEntries(t: TFunction, permits: Permits, showHelp: () => void): Entry[] {
  return [
    ...creations
      .filter(({ needs }) => permits(needs))
      .map(({ name, to }) => ({
        key: `create ${name}`,
        group: 'actions' as const,
        title: t(`palette.create.${name}`),
        to,
      })),
    { key: 'help', group: 'actions', title: t('palette.help'), run: showHelp },
    { key: 'account', group: 'actions', title: t('shell.account'), to: '/account' },
    { key: 'sign-out', group: 'actions', title: t('shell.signOut'), run: () => void signOut() },
  ];
}

const ofStation: readonly { name: string; search: string; needs: Permission }[] = [
  { name: 'open', search: '', needs: 'read' },
  { name: 'reset', search: '?tab=commands&command=reset', needs: 'control' },
  { name: 'unlock', search: '?tab=commands&command=unlock', needs: 'control' },
  { name: 'availability', search: '?tab=commands&command=availability', needs: 'control' },
  { name: 'trigger', search: '?tab=commands&command=trigger', needs: 'control' },
  { name: 'raw', search: '?tab=commands&command=raw', needs: 'control' },
  { name: 'wire', search: '?tab=wire', needs: 'read' },
  { name: 'sessions', search: '?tab=sessions', needs: 'read' },
  { name: 'settings', search: '?tab=settings', needs: 'read' },
  { name: 'edit', search: '?edit=station', needs: 'manage_network' },
];

const ofDriver: readonly { name: string; to: (id: string) => string; needs: Permission }[] = [
  { name: 'open', to: (id) => `/drivers?edit=${id}`, needs: 'read' },
  { name: 'sessions', to: (id) => `/sessions?driver=${id}`, needs: 'read' },
  { name: 'debts', to: (id) => `/receivables?debtor=driver%3A${id}`, needs: 'read_money' },
];

/** What can be looked at and done with one station or driver. */
export function subjectEntries(t: TFunction, permits: Permits, { kind, id, label }: Subject): Entry[] {
  const parts =
    kind === 'driver'
      ? ofDriver.map((part) => ({ ...part, to: part.to(encodeURIComponent(id)) }))
      : ofStation.map((part) => ({ ...part, to: `/stations/${encodeURIComponent(id)}${part.search}` }));
  return parts
    .filter(({ needs }) => permits(needs))
    .map(({ name, to }) => ({
      key: `${kind} ${name}`,
      group: 'actions' as const,
      title: t(`palette.${kind}.${name}`),
      note: label,
      to,
    }));
}
