import { Empty, Loading } from '@busbar/kit';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from './Failure';

export function PageWaiting() {
  return <Loading rows={8} />;
}

export function PageMissing() {
  const { t } = useTranslation();
  return (
    <main>
      <h1 className="bb-visually-hidden">Busbar</h1>
      <Empty title={t('page.missing')} action={<Link to="/">{t('page.toOverview')}</Link>}>
        {t('page.missingText')}
      </Empty>
    </main>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return <Failure error={error} action={<Button onClick={reset}>{t('action.retry')}</Button>} />;
}
