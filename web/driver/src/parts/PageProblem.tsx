import { Glyph } from '@busbar/kit';
import Button from 'antd-mobile/es/components/button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './useProblemText';

interface PageProblemProps {
  error: unknown;
  onRetry?: () => void;
  /** Another way on, beside the retry. */
  children?: ReactNode;
}

/** In the place of what could not be fetched: why, in plain words, and a way on. */
export function PageProblem({ error, onRetry, children }: PageProblemProps) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  return (
    <div className="bb-notice" data-kind="failed" role="alert" data-testid="page-problem">
      <Glyph shape="triangle" />
      <h2>{tellProblem(error)}</h2>
      {onRetry && (
        <Button size="large" onClick={onRetry}>
          {t('action.retry')}
        </Button>
      )}
      {children}
    </div>
  );
}
