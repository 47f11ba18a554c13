import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { pagesByJob } from '../app/navigation';
import { type Permission, signOut } from '../queries/me';

/** A line of the palette: where it leads, or what it does. */
export interface Entry {
  key: string;
  group: 'actions' | 'pages' | 'stations' | 'sites' | 'sessions' | 'drivers' | 'tokens' | 'companies' | 'payments';
  title: string;
  note?: string;
  icon?: ReactNode;
  /** An address of the console. */
  to?: string;
  run?: () => void;
  /** What has actions of its own, which can be shown. */
  subject?: Subject;
}

/** Something that has actions of its own. */
export interface Subject {
  kind: 'station' | 'site' | 'session' | 'driver';
  id: string;
  /** What it is called while its actions are shown. */
  label: string;
  /** How it stands, where that decides what can be done; unknown: all may be tried. */
  state?: string | undefined;
}

/** What the palette does itself, with one thing. */
export type DeedName = 'accept' | 'block' | 'stop' | 'close' | 'blockDriver' | 'unblockDriver';

/** Does it, and tells what came of it. */
export type Deeds = Record<DeedName, (id: string) => void>;

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
  { name: 'reservation', to: '/reservations?edit=new', needs: 'control' },
  { name: 'profile', to: '/profiles?edit=new', needs: 'manage_network' },
  { name: 'tariff', to: '/tariffs/new', needs: 'manage_prices' },
  { name: 'offer', to: '/offers/new', needs: 'manage_prices' },
  { name: 'purchase', to: '/tariffs/purchases?edit=new', needs: 'manage_prices' },
  { name: 'partner', to: '/partners?edit=new', needs: 'manage_prices' },
  { name: 'payee', to: '/payees?edit=new', needs: 'manage_money' },
  { name: 'schedule', to: '/reports/schedules?edit=new', needs: 'manage_prices' },
  { name: 'configuration', to: '/configurations?edit=new', needs: 'manage_network' },
  { name: 'company', to: '/companies?edit=new', needs: 'manage_money' },
  { name: 'plan', to: '/offers/plans?edit=new', needs: 'manage_prices' },
  { name: 'coupons', to: '/offers/coupons?edit=new', needs: 'manage_prices' },
  { name: 'invoice', to: '/documents?edit=new', needs: 'manage_prices' },
  { name: 'webhook', to: '/webhooks?edit=new', needs: 'manage_webhooks' },
  { name: 'staff', to: '/staff?edit=new', needs: 'manage_staff' },
  { name: 'apiKey', to: '/api-keys?edit=new', needs: 'manage_staff' },
  { name: 'operator', to: '/operators?edit=new', needs: 'manage_operators' },
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

/** Of one thing: an address, or what is done at once. */
interface Part {
  name: string;
  needs: Permission;
  to?: (id: string) => string;
  deed?: DeedName;
  /** Only while it stands so. */
  when?: string;
}

const command = (name: string, needs: Permission = 'control'): Part => ({
  name: `command.${name}`,
  needs,
  to: (id) => `/stations/${id}?tab=commands&command=${name}`,
});

const ofStation: readonly Part[] = [
  { name: 'open', needs: 'read', to: (id) => `/stations/${id}` },
  { name: 'accept', needs: 'manage_network', deed: 'accept', when: 'pending' },
  ...['remoteStart', 'remoteStop', 'reset', 'unlock', 'availability', 'trigger', 'getVariables'].map((name) =>
    command(name),
  ),
  command('setVariable', 'manage_network'),
  ...['setProfile', 'clearProfiles'].map((name) => command(name)),
  command('raw', 'manage_network'),
  { name: 'wire', needs: 'read', to: (id) => `/stations/${id}?tab=wire` },
  { name: 'sessions', needs: 'read', to: (id) => `/stations/${id}?tab=sessions` },
  { name: 'settings', needs: 'read', to: (id) => `/stations/${id}?tab=settings` },
  { name: 'history', needs: 'read', to: (id) => `/stations/${id}?tab=history` },
  { name: 'edit', needs: 'manage_network', to: (id) => `/stations/${id}?edit=station` },
  { name: 'block', needs: 'manage_network', deed: 'block', when: 'accepted' },
];

const ofSite: readonly Part[] = [
  { name: 'open', needs: 'read', to: (id) => `/sites/${id}` },
  { name: 'stations', needs: 'read', to: (id) => `/stations?site=${id}` },
  { name: 'sessions', needs: 'read', to: (id) => `/sessions?site=${id}` },
  { name: 'wall', needs: 'read', to: (id) => `/wall/site/${id}` },
  { name: 'connect', needs: 'manage_network', to: (id) => `/stations?site=${id}&edit=new` },
  { name: 'edit', needs: 'manage_network', to: (id) => `/sites/${id}?edit=site` },
];

const ofSession: readonly Part[] = [
  { name: 'open', needs: 'read', to: (id) => `/sessions/${id}` },
  { name: 'stop', needs: 'control', deed: 'stop', when: 'open' },
  { name: 'close', needs: 'control', deed: 'close', when: 'open' },
  { name: 'table', needs: 'read', to: (id) => `/sessions/${id}?view=table` },
  { name: 'frames', needs: 'read', to: (id) => `/sessions/${id}?frames=all` },
];

const ofDriver: readonly Part[] = [
  { name: 'open', needs: 'manage_access', to: (id) => `/drivers?edit=${id}` },
  { name: 'sessions', needs: 'read', to: (id) => `/sessions?driver=${id}` },
  { name: 'tokens', needs: 'read', to: (id) => `/tokens?driver=${id}` },
  { name: 'debts', needs: 'read_money', to: (id) => `/receivables?debtor=driver%3A${id}` },
  { name: 'block', needs: 'manage_access', deed: 'blockDriver', when: 'active' },
  { name: 'unblock', needs: 'manage_access', deed: 'unblockDriver', when: 'blocked' },
];

const parts = { station: ofStation, site: ofSite, session: ofSession, driver: ofDriver };

/** What can be looked at and done with one thing. */
export function subjectEntries(t: TFunction, permits: Permits, deeds: Deeds, subject: Subject): Entry[] {
  const { kind, id, label, state } = subject;
  return parts[kind]
    .filter(({ needs, when }) => permits(needs) && (!when || !state || when === state))
    .map(({ name, to, deed }) => ({
      key: `${kind} ${name}`,
      group: 'actions' as const,
      title: name.startsWith('command.') ? t(`${name}.title`) : t(`palette.${kind}.${name}`),
      note: label,
      ...(to && { to: to(encodeURIComponent(id)) }),
      ...(deed && { run: () => deeds[deed](id) }),
    }));
}
