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
  /** A station whose own actions can be shown. */
  stationId?: string;
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

const parts: readonly { name: string; search: string; needs: Permission }[] = [
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

/** What can be looked at and done with one station. */
export function stationEntries(t: TFunction, permits: Permits, stationId: string): Entry[] {
  return parts
    .filter(({ needs }) => permits(needs))
    .map(({ name, search }) => ({
      key: `station ${name}`,
      group: 'actions' as const,
      title: t(`palette.station.${name}`),
      note: stationId,
      to: `/stations/${encodeURIComponent(stationId)}${search}`,
    }));
}
