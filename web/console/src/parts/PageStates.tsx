import { Empty, Loading } from '@busbar/kit';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from './Failure';
import { PageHead } from './PageHead';

export function PageWaiting() {
  return <Loading rows={8} />;
}

export function PageMissing() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('page.missing')} />
      <Empty title={t('page.missing')} action={<Link to="/">{t('page.toOverview')}</Link>}>
        {t('page.missingText')}
      </Empty>
    </>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return <Failure error={error} action={<Button onClick={reset}>{t('action.retry')}</Button>} />;
}
