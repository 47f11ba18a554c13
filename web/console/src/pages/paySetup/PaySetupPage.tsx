import { Loading } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { usePermits } from '../../queries/me';
import { useMoneyTerms } from '../../queries/paySetup';
import { MoneyTermsForm } from './MoneyTermsForm';
import { ProviderAccounts } from './ProviderAccounts';
import './paySetup.css';

/** How drivers pay, and over which accounts. */
export function PaySetupPage() {
  const { t } = useTranslation();
  const permits = usePermits();
  const { data: terms, error } = useMoneyTerms();
  return (
    <>
      <PageHead page="paySetup" title={t('nav.paySetup')}>
        {t('paySetup.text')}
      </PageHead>
      <div className="bc-stack">
        <Panel title={t('paySetup.how')}>
          {error && !terms && <Failure error={error} />}
          {!terms && !error && <Loading rows={6} />}
          {terms && <MoneyTermsForm terms={terms} />}
        </Panel>
        <Panel title={t('paySetup.accounts')} testId="own-accounts">
          <p className="bc-soft bc-lead">{t('paySetup.accountsText')}</p>
          <ProviderAccounts whose="own" />
        </Panel>
        {permits('manage_operators') && (
          <Panel title={t('paySetup.installation')} testId="installation-accounts">
            <p className="bc-soft bc-lead">{t('paySetup.installationText')}</p>
            <ProviderAccounts whose="installation" />
          </Panel>
        )}
      </div>
    </>
  );
}
