import { Empty, Failed, Loading } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { useTitle } from './useTitle';

/** A page's code is on its way. */
export function PageWaiting() {
  return (
    <div className="bd-page">
      <Loading rows={6} />
    </div>
  );
}

/** A page broke, or its code could not be fetched. */
export function PageFailed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="bd-page">
      <Failed
        error={error}
        action={<Button onClick={() => (reset ? reset() : window.location.reload())}>{t('action.retry')}</Button>}
      />
    </div>
  );
}

/** An address that leads nowhere. */
export function PageMissing() {
  const { t } = useTranslation();
  useTitle(t('missing.title'));
  return (
    <div className="bd-page">
      <Empty
        title={t('missing.title')}
        action={
          <Link to="/" className="bd-link">
            {t('missing.home')}
          </Link>
        }
      >
        {t('missing.text')}
      </Empty>
    </div>
  );
}
