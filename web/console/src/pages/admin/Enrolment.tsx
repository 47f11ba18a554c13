import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LanguageMenu, ThemeMenu } from '../../app/menus';
import { signOut } from '../../queries/me';
import { AddPasskeyButton, TotpSetup } from './FactorsPanel';
import '../signIn/signIn.css';

/** All that somebody sees whose operator demands a second factor and who has none yet. */
export function Enrolment() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const leave = useMutation({ mutationFn: signOut });
  const done = () => void client.invalidateQueries();
  return (
    <div className="bc-door">
      <header>
        <LanguageMenu />
        <ThemeMenu />
      </header>
      <div className="bc-door-bar" aria-hidden="true" />
      <main className="bc-door-card" data-testid="enrolment">
        <h1>{t('factor.needed')}</h1>
        <Alert type="info" showIcon title={t('factor.neededText')} className="bc-gap-below" />
        <h2>{t('factor.phone')}</h2>
        <p className="bc-soft">{t('factor.phoneText')}</p>
        <TotpSetup onDone={done} />
        <h2>{t('factor.passkeys')}</h2>
        <p className="bc-soft">{t('factor.passkeyText')}</p>
        <AddPasskeyButton onDone={done} />
        <p>
          <Button type="text" onClick={() => leave.mutate()}>
            {t('shell.signOut')}
          </Button>
        </p>
      </main>
    </div>
  );
}
