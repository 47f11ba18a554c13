import { useSessionState } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { InstallCard } from '../../parts/InstallCard';
import { useTitle } from '../../parts/useTitle';
import { About } from './About';
import './account.css';
import { Person } from './Person';
import { Preferences } from './Preferences';
import { Things } from './Things';

/** Who one is here, how the app looks and speaks, and the way out. */
export function AccountPage() {
  const { t } = useTranslation();
  const { credentials } = useSessionState(session);
  useTitle(t('account.title'));
  return (
    <div className="bd-account" data-testid="account">
      <h1>{t('account.title')}</h1>
      {!credentials && (
        <section className="bd-card bd-account-invite">
          <p>{t('account.invite')}</p>
          <Link to="/sign-in" search={{ next: '/account' }} className="bd-button-link" data-testid="to-sign-up">
            {t('signIn.create')}
          </Link>
          <Link to="/sign-in" search={{ next: '/account', mode: 'in' }} className="bd-link" data-testid="to-sign-in">
            {t('signIn.iHave')}
          </Link>
        </section>
      )}
      {credentials && <Person />}
      {credentials && <Things />}
      <Preferences />
      <About />
      <InstallCard canDismiss={false} />
    </div>
  );
}
