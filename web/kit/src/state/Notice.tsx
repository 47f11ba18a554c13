import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat';
import { useNow } from '../format/useNow';
import { Glyph } from './Mark';
import { describeProblem } from './problem';

/** Grey lines in the place of what is being fetched. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useTranslation('kit');
  const widths = Array.from({ length: rows }, (_, row) => `${92 - ((row * 23) % 45)}%`);
  return (
    <div className="bb-skeleton" role="status" aria-label={t('state.loading')}>
      {widths.map((width) => (
        <i key={width} style={{ width }} />
      ))}
    </div>
  );
}

/** Nothing here yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="bb-notice" data-kind="empty">
      <Glyph shape="broken" />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Something failed: what, in plain words (the application's own, when it has some), its code, and a way on. */
export function Failed({ error, words, action }: { error: unknown; words?: string; action?: ReactNode }) {
  const { t } = useTranslation('kit');
  const problem = describeProblem(error);
  return (
    <div className="bb-notice" data-kind="failed" role="alert">
      <Glyph shape="triangle" />
      <h2>{words ?? t(`problem.${problem.kind}`)}</h2>
      {words === undefined && problem.detail && <p>{problem.detail}</p>}
      {problem.code && <span className="bb-notice-code">{problem.code}</span>}
      {action}
    </div>
  );
}

/**
 * The figures beside this are from `since`, not from now. Only that is read out by itself, once: the age beside it changes
 * every second.
 */
export function Stale({ since }: { since: string | number | null }) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  const now = useNow();
  return (
    <span className="bb-stale">
      <Glyph shape="clock" />
      <span role="status" className={since === null ? undefined : 'bb-visually-hidden'}>
        {t('state.stale')}
      </span>
      {since !== null && <span>{t('state.staleSince', { age: format.age(since, now) })}</span>}
    </span>
  );
}
