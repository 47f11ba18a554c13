import {
  changeLanguage,
  currentLanguage,
  type Language,
  languageNames,
  languages,
  type ThemeChoice,
  useSessionState,
  useTheme,
} from '@busbar/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { renewPush } from '../../app/push';
import { session } from '../../app/server';
import { Segmented } from '../../parts/Segmented';
import { meQuery, updateMe } from '../../queries/me';

const themes = ['system', 'light', 'dark'] as const satisfies readonly ThemeChoice[];

/** Language and look, kept on this phone; the language also with the person. */
export function Preferences() {
  const { t } = useTranslation();
  const { choice, setChoice } = useTheme();
  const { credentials } = useSessionState(session);
  const client = useQueryClient();
  const language = currentLanguage();

  function speak(next: Language) {
    const spoken = changeLanguage(next);
    if (!credentials) return;
    // Letters and notices to the person shall speak it, too; if that fails, the page speaks it all the same.
    updateMe({ language: next }).then(
      (me) => client.setQueryData(meQuery.queryKey, me),
      () => undefined,
    );
    spoken.then(renewPush).catch(() => undefined);
  }

  return (
    <section className="bd-card bd-preferences">
      <Segmented
        legend={t('account.language')}
        value={language}
        segments={languages.map((known) => ({
          value: known,
          label: languageNames[known],
          lang: known,
          testId: `language-${known}`,
        }))}
        onChange={speak}
      />
      <Segmented
        legend={t('account.look')}
        value={choice}
        segments={themes.map((known) => ({ value: known, label: t(`look.${known}`), testId: `look-${known}` }))}
        onChange={setChoice}
      />
    </section>
  );
}
