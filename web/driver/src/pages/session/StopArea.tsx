import { describeProblem, Glyph, useNow } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../app/kept';
import { newId } from '../../app/newId';
import { Sheet } from '../../parts/Sheet';
import { useProblemText } from '../../parts/useProblemText';
import { stopSession } from '../../queries/sessions';
import { stopPhaseOf } from './course';

const shapes = { done: 'check', now: 'clock', next: 'ring' } as const;

/** Stop, asked once more before it is done, and what the station says to it. */
export function StopArea({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const now = useNow();
  const [isAsking, setIsAsking] = useState(false);
  const key = useRef<string | null>(null);
  const stop = useMutation({
    mutationFn: () => {
      key.current ??= newId(); // a try after a broken line is the same wish
      return stopSession(session.session_id, key.current);
    },
    onSuccess: (after) => {
      key.current = null;
      client.setQueryData(['session', after.session_id], after);
    },
    onError: (error) => {
      const { kind } = describeProblem(error);
      if (kind !== 'offline' && kind !== 'unavailable') key.current = null;
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['session', session.session_id] }),
  });
  const phase = stopPhaseOf(session, now);
  const isAsked = !stop.isPending;
  const isAgreed = phase === 'accepted';
  const steps = [
    ['asked', isAsked ? 'done' : 'now'],
    ['accepted', isAgreed ? 'done' : isAsked ? 'now' : 'next'],
    ['ended', isAgreed ? 'now' : 'next'],
  ] as const;
  const isOnItsWay = stop.isPending || phase === 'asked' || phase === 'accepted';

  return (
    <div className="bd-action" data-testid="stop-area" data-phase={phase}>
      {(stop.isError || phase === 'refused' || phase === 'overdue') && !isOnItsWay && (
        <p className="bd-problem" role="alert" data-testid="stop-problem">
          {stop.isError ? tellProblem(stop.error) : phase === 'refused' ? t('stop.refused') : t('stop.overdue')}
        </p>
      )}
      {isOnItsWay ? (
        <div role="status" data-testid="stop-steps">
          <ol className="bd-stop-steps">
            {steps.map(([step, state]) => (
              <li key={step} data-state={state}>
                <Glyph shape={shapes[state]} />
                {t(`stop.${step}.${state}`)}
              </li>
            ))}
          </ol>
        </div>
      ) : (
        <Button
          block
          size="large"
          className="bd-main-button bd-stop"
          data-testid="stop"
          onClick={() => {
            stop.reset();
            setIsAsking(true);
          }}
        >
          {t('stop.action')}
        </Button>
      )}
      <Sheet isOpen={isAsking} onClose={() => setIsAsking(false)} title={t('stop.sure')} testId="stop-sheet">
        <p className="bd-lead">{t('stop.text')}</p>
        <div className="bd-sheet-actions">
          <Button size="large" data-testid="stop-keep" onClick={() => setIsAsking(false)}>
            {t('stop.keep')}
          </Button>
          <Button
            size="large"
            color="danger"
            data-testid="stop-confirm"
            onClick={() => {
              setIsAsking(false);
              stop.mutate();
            }}
          >
            {t('stop.confirm')}
          </Button>
        </div>
      </Sheet>
    </div>
  );
}
