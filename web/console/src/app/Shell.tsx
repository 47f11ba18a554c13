import {
  BulbOutlined,
  GlobalOutlined,
  LogoutOutlined,
  MenuOutlined,
  MoonOutlined,
  SunOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { changeLanguage, currentLanguage, languageNames, languages, type ThemeChoice, useTheme } from '@busbar/kit';
import { useMutation } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Dropdown, type MenuProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keyboard } from '../palette/Keyboard';
import { Brand } from '../parts/Brand';
import { LiveMark } from '../parts/LiveMark';
import { signOut, useMe, usePermits } from '../queries/me';
import { LiveCache } from './LiveCache';
import { pagesByJob } from './navigation';

function Navigation({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  const permits = usePermits();
  return (
    <nav className="bc-nav" aria-label={t('shell.navigation')}>
      {pagesByJob(permits).map(({ job, items }) => (
        <section key={job}>
          {job !== 'now' && <h2>{t(`nav.group.${job}`)}</h2>}
          <ul>
            {items.map(({ name, to, Icon }) => (
              <li key={name}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className="bc-nav-item"
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

/** Language switch; also on the sign-in page. */
export function LanguageMenu() {
  const { t } = useTranslation();
  const items: MenuProps['items'] = languages.map((language) => ({
    key: language,
    label: <span data-testid={`language-${language}`}>{languageNames[language]}</span>,
    onClick: () => void changeLanguage(language),
  }));
  return (
    <Dropdown menu={{ items, selectedKeys: [currentLanguage()] }} trigger={['click']}>
      <Button
        type="text"
        icon={<GlobalOutlined />}
        data-testid="language-menu"
        aria-label={`${t('shell.language')}: ${languageNames[currentLanguage()]}`}
      >
        {languageNames[currentLanguage()]}
      </Button>
    </Dropdown>
  );
}

const themeIcons: Record<ThemeChoice, typeof SunOutlined> = {
  light: SunOutlined,
  dark: MoonOutlined,
  system: BulbOutlined,
};

/** Light, dark, or as the device has it; with more contrast for who needs it. */
export function ThemeMenu() {
  const { t } = useTranslation();
  const { choice, setChoice, contrast, setContrast } = useTheme();
  const Icon = themeIcons[choice];
  const themes: MenuProps['items'] = (['light', 'dark', 'system'] as const).map((name) => ({
    key: name,
    label: <span data-testid={`theme-${name}`}>{t(`theme.${name}`)}</span>,
    onClick: () => setChoice(name),
  }));
  const items: MenuProps['items'] = [
    ...themes,
    { type: 'divider' },
    {
      key: 'contrast',
      label: <span data-testid="theme-contrast">{t('theme.contrast')}</span>,
      onClick: () => setContrast(contrast === 'more' ? 'system' : 'more'),
    },
  ];
  const chosen = [choice, ...(contrast === 'more' ? ['contrast'] : [])];
  return (
    <Dropdown menu={{ items, selectedKeys: chosen, multiple: true }} trigger={['click']}>
      <Button type="text" icon={<Icon />} data-testid="theme-menu" aria-label={t('shell.theme')} />
    </Dropdown>
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
        <span className="bc-operator">{me?.operator_name}</span>
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
