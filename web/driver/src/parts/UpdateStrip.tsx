import { useTranslation } from 'react-i18next';
import { useUpdate } from '../app/worker';

/** A newer version of the app lies ready. */
export function UpdateStrip() {
  const { t } = useTranslation();
  const { isReady, update } = useUpdate();
  if (!isReady) return null;
  return (
    <div className="bd-strip bd-strip-quiet">
      <span>{t('update.ready')}</span>
      <button type="button" className="bd-link" onClick={update}>
        {t('update.take')}
      </button>
    </div>
  );
}
