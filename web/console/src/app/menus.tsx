import { BulbOutlined, GlobalOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { changeLanguage, currentLanguage, languageNames, languages, type ThemeChoice, useTheme } from '@busbar/kit';
import { Button, Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';

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
        <span className="bc-wide-only">{languageNames[currentLanguage()]}</span>
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
