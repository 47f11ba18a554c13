import { useSessionState } from '@busbar/kit';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { OpenSession } from '../parts/ActiveStrip';
import { GuestCharge } from '../parts/GuestCharge';
import { Icon, type IconName } from '../parts/Icon';
import { Notices } from '../parts/notices';
import { UpdateStrip } from '../parts/UpdateStrip';
import { session } from './server';

/** Around every page. */
export function Frame() {
  return (
    <>
      <Outlet />
      <Notices />
    </>
  );
}

const tabs: { to: '/' | '/code' | '/history' | '/account'; icon: IconName; textKey: string }[] = [
  { to: '/', icon: 'pin', textKey: 'tab.nearby' },
  { to: '/code', icon: 'scan', textKey: 'tab.code' },
  { to: '/history', icon: 'receipt', textKey: 'tab.history' },
  { to: '/account', icon: 'person', textKey: 'tab.account' },
];

/** The four rooms of the app, with the running charge and the way between them at the thumb. */
export function Tabs() {
  const { t } = useTranslation();
  const { credentials } = useSessionState(session);
  return (
    <>
      <main className="bd-page bd-page-tabs">
        <Outlet />
      </main>
      <footer className="bd-dock">
        <UpdateStrip />
        {credentials ? <OpenSession /> : <GuestCharge />}
        <nav className="bd-tabs" aria-label={t('tab.label')}>
          {tabs.map(({ to, icon, textKey }) => (
            <Link
              key={to}
              to={to}
              className="bd-tab"
              activeOptions={{ exact: true, includeSearch: false }}
              data-testid={`tab-${to === '/' ? 'nearby' : to.slice(1)}`}
            >
              <Icon name={icon} />
              <span>{t(textKey)}</span>
            </Link>
          ))}
        </nav>
      </footer>
    </>
  );
}
