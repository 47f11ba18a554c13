import { Figure, spanParts, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import type { HistoryPoint, Operations } from '../../queries/operations';

/** Figures of the last minute: one span alone would jump about. */
const RECENT_SPANS = 12;

/** The greatest of what is known, or null. */
function greatest(values: (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length ? Math.max(...known) : null;
}

/** Messages a second, and the slowest answers, over the last minute. */
export function recentFigures(history: readonly HistoryPoint[], spanS: number) {
  const recent = history.slice(-RECENT_SPANS);
  const seconds = recent.length * spanS;
  return {
    messagesPerS: seconds ? recent.reduce((sum, point) => sum + point.messages, 0) / seconds : null,
    failures: recent.reduce((sum, point) => sum + point.failures, 0),
    answerUs: greatest(recent.map((point) => point.answer_p99_us)),
    commitUs: greatest(recent.map((point) => point.commit_p99_us)),
    lagUs: greatest(recent.map((point) => point.loop_lag_us)),
  };
}

/** What one looks at first. */
export function KeyFigures({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { history, span_s: spanS, connections, storage } = operations;
  const recent = recentFigures(history, spanS);
  const connected = Object.values(connections).reduce((sum, count) => sum + count, 0);
  const accepted = storage && (storage.online_stations ?? 0) + (storage.offline_stations ?? 0);
  return (
    <section className="bc-ops-figures" aria-label={t('operations.figures')}>
      <div className="bc-ops-figure" data-testid="operations-messages">
        <span className="bc-figure-label">{t('operations.messages')}</span>
        <Figure
          parts={{
            value: format.number(recent.messagesPerS, (recent.messagesPerS ?? 0) < 100 ? 1 : 0),
            unit: t('operations.perSecond'),
          }}
        />
        <span className="bc-soft">{t('operations.failuresLately', { count: recent.failures })}</span>
      </div>
      <div className="bc-ops-figure" data-testid="operations-answer">
        <span className="bc-figure-label">{t('operations.answer')}</span>
        <Figure parts={spanParts(format.locale, recent.answerUs)} />
        <span className="bc-soft">{t('operations.answerText')}</span>
      </div>
      <div className="bc-ops-figure">
        <span className="bc-figure-label">{t('operations.commit')}</span>
        <Figure parts={spanParts(format.locale, recent.commitUs)} />
        <span className="bc-soft">{t('operations.lagText', { lag: format.span(recent.lagUs) })}</span>
      </div>
      <div className="bc-ops-figure" data-testid="operations-connections">
        <span className="bc-figure-label">{t('operations.connections')}</span>
        <Figure
          parts={{ value: format.number(connected), unit: accepted === null ? '' : `/ ${format.number(accepted)}` }}
        />
        <span className="bc-soft">{t('operations.pausedText', { count: operations.paused_sockets })}</span>
      </div>
      <div className="bc-ops-figure" data-testid="operations-queue">
        <span className="bc-figure-label">{t('operations.queue')}</span>
        <Figure
          parts={{
            value: format.number(operations.queue_messages),
            unit: `/ ${format.number(operations.queue_max_messages)}`,
          }}
        />
        <span className="bc-soft">
          {t('operations.lagOfQueue', { lag: format.span(operations.partition_lag_ms * 1_000) })}
        </span>
      </div>
    </section>
  );
}
