import type { Language } from '@busbar/kit';
import type { ConfigProviderProps } from 'antd';

type AntdLocale = NonNullable<ConfigProviderProps['locale']>;

const loaders: Record<Language, () => Promise<{ default: AntdLocale }>> = {
  zh: () => import('antd/locale/zh_CN'),
  en: () => import('antd/locale/en_GB'),
  it: () => import('antd/locale/it_IT'),
};

const dayjsLoaders: Record<Language, () => Promise<unknown>> = {
  zh: () => import('dayjs/locale/zh-cn'),
  en: () => import('dayjs/locale/en-gb'),
  it: () => import('dayjs/locale/it'),
};

const dayjsNames: Record<Language, string> = { zh: 'zh-cn', en: 'en-gb', it: 'it' };

/** antd's own texts and those of its calendar. */
export async function loadAntdLocale(language: Language): Promise<AntdLocale> {
  const [{ default: locale }, { default: dayjs }] = await Promise.all([
    loaders[language](),
    import('dayjs'),
    dayjsLoaders[language](),
  ]);
  dayjs.locale(dayjsNames[language]);
  return locale;
}
