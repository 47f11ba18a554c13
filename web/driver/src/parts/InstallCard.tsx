import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrandName } from '../app/brand';
import { useInstall } from '../app/install';
import { Brand } from './Brand';
import { Icon } from './Icon';

const KEY = 'busbar.driver.installDismissed';

/** How to keep the app on the phone: said once, and silent after that. */
export function InstallCard({ canDismiss = true }: { canDismiss?: boolean }) {
  const { t } = useTranslation();
  const name = useBrandName();
  const { way, install } = useInstall();
  const [isDismissed, setIsDismissed] = useState(() => canDismiss && localStorage.getItem(KEY) !== null);
  if (way === 'none' || isDismissed) return null;
  return (
    <section className="bd-card bd-install" data-testid="install-card">
      <Brand size={32} />
      <div>
        <strong>{t('install.title', { name })}</strong>
        <p>{way === 'offered' ? t('install.text') : t('install.byHand')}</p>
        {way === 'offered' && (
          <button type="button" className="bd-link" data-testid="install" onClick={install}>
            <Icon name="install" size={20} />
            {t('install.action')}
          </button>
        )}
      </div>
      {canDismiss && (
        <button
          type="button"
          className="bd-round"
          aria-label={t('action.close')}
          onClick={() => {
            localStorage.setItem(KEY, '1');
            setIsDismissed(true);
          }}
        >
          <Icon name="close" size={20} />
        </button>
      )}
    </section>
  );
}
