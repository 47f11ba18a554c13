import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';
import { useTitle } from './useTitle';

/** The head of a page that one comes to from another: the way back, its name, and one thing to do. */
export function PageHead({ title, aside }: { title: string; aside?: ReactNode }) {
  const { t } = useTranslation();
  const router = useRouter();
  const navigate = useNavigate();
  const canGoBack = useCanGoBack();
  useTitle(title);
  return (
    <header className="bd-head">
      <button
        type="button"
        className="bd-round"
        aria-label={t('action.back')}
        data-testid="back"
        onClick={() => (canGoBack ? router.history.back() : void navigate({ to: '/' }))}
      >
        <Icon name="back" />
      </button>
      <h1>{title}</h1>
      {aside && <div className="bd-head-aside">{aside}</div>}
    </header>
  );
}
