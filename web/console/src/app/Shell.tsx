import { LogoutOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Dropdown, type MenuProps } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keyboard } from '../palette/Keyboard';
import { Brand } from '../parts/Brand';
import { LiveMark } from '../parts/LiveMark';
import { signOut, useMe, usePermits } from '../queries/me';
import { LiveCache } from './LiveCache';
import { LanguageMenu, ThemeMenu } from './menus';
import { entriesOf, isWithin, pagesByJob } from './navigation';
import { OperatorMenu } from './OperatorMenu';

const Enrolment = lazy(() => import('../pages/admin/Enrolment').then((page) => ({ default: page.Enrolment })));

function Navigation({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { isPending } = useMe();
  const path = useLocation({ select: ({ pathname }) => pathname });
  const nav = useRef<HTMLElement>(null);
  // On a low screen the present page may hang below the edge of the list. (The tests' DOM cannot scroll.)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path, another present page
  useEffect(() => {
    nav.current?.querySelector('.bc-nav-within, .active')?.scrollIntoView?.({ block: 'nearest' });
  }, [path]);
  return (
    <nav ref={nav} className="bc-nav" aria-label={t('shell.navigation')}>
      {/* At once and whole: what came later would push away what one is about to press. */}
      {(isPending ? [] : pagesByJob(permits)).map(({ job, items }) => (
        <section key={job}>
          {job !== 'now' && <h2>{t(`nav.group.${job}`)}</h2>}
          <ul>
            {entriesOf(items).map(({ head: { name, to, Icon }, addresses }) => (
              <li key={name}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className={isWithin(path, addresses) ? 'bc-nav-item bc-nav-within' : 'bc-nav-item'}
                  data-testid={`nav-${name}`}
                  {...(onChosen && { onClick: onChosen })}
                >
                  <Icon />
                  <span>{t(`nav.${name}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function PersonMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: me } = useMe();
  const leave = useMutation({ mutationFn: signOut });
  const items: MenuProps['items'] = [
    { key: 'who', type: 'group', label: me ? `${me.email ?? me.display_name} · ${t(`role.${me.role}`)}` : '' },
    {
      key: 'account',
      icon: <UserOutlined />,
      label: t('shell.account'),
      onClick: () => void navigate({ to: '/account' }),
    },
    {
      key: 'leave',
      icon: <LogoutOutlined />,
      label: <span data-testid="sign-out">{t('shell.signOut')}</span>,
      onClick: () => leave.mutate(),
    },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button
        type="text"
        icon={<UserOutlined />}
        data-testid="person-menu"
        aria-label={[t('shell.account'), me?.display_name].filter(Boolean).join(': ')}
      >
        <span className="bc-wide-only">{me?.display_name}</span>
      </Button>
    </Dropdown>
  );
}

function Wordmark() {
  const { t } = useTranslation();
  return (
    <Link to="/" className="bc-wordmark" aria-label={t('shell.home')}>
      <Brand />
      <span>Busbar</span>
    </Link>
  );
}

/** The frame around every page: where one can go, who one is, whether figures are live. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { data: me } = useMe();
  if (me?.must_enrol)
    return (
      <Suspense>
        <Enrolment />
      </Suspense>
    );
  return (
    <div className="bc-shell">
      <LiveCache />
      <a className="bc-skip" href="#main">
        {t('shell.skip')}
      </a>
      <aside className="bc-side">
        <Wordmark />
        <Navigation />
      </aside>
      <header className="bc-top">
        <Button
          className="bc-menu-button"
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('shell.navigation')}
          data-testid="menu-open"
          onClick={() => setOpen(true)}
        />
        <OperatorMenu />
        <span className="bc-top-space" />
        <Keyboard />
        <LiveMark />
        <LanguageMenu />
        <ThemeMenu />
        <PersonMenu />
      </header>
      <main id="main" className="bc-main" tabIndex={-1}>
        <Outlet />
      </main>
      <Drawer
        placement="left"
        size={264}
        open={isOpen}
        onClose={() => setOpen(false)}
        title={<Wordmark />}
        styles={{ body: { padding: 12 } }}
      >
        <Navigation onChosen={() => setOpen(false)} />
      </Drawer>
    </div>
  );
}
