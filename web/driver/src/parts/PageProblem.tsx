import { describeProblem, Glyph } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
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

/**
 * In the place of what could not be fetched: why, in plain words, and a way on. What is not there stays so if tried
 * again, and so does what a page cannot even ask for: its address is wrong.
 */
export function PageProblem({ error, onRetry, children }: PageProblemProps) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const { kind } = describeProblem(error);
  const isGone = kind === 'notFound' || kind === 'invalid';
  return (
    <div className="bb-notice" data-kind="failed" role="alert" data-testid="page-problem">
      <Glyph shape="triangle" />
      <h2>{kind === 'invalid' ? t('missing.text') : tellProblem(error)}</h2>
      {onRetry && !isGone && (
        <Button size="large" onClick={onRetry}>
          {t('action.retry')}
        </Button>
      )}
      {children ??
        (isGone && (
          <Link to="/" className="bd-link">
            {t('missing.home')}
          </Link>
        ))}
    </div>
  );
}
