import { Stale } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../app/kept';
import { newId } from '../../app/newId';
import { Feeder } from '../../parts/Feeder';
import { PageHead } from '../../parts/PageHead';
import { useProblemText } from '../../parts/useProblemText';
import { stopSession } from '../../queries/sessions';
import { stagesOf } from './course';
import { Stages } from './Stages';

/** Between the wish and the power: each step as the station takes it. */
export function Starting({ session, isFresh }: { session: LiveSession; isFresh: boolean }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const name = session.station_name || session.station_id;
  const cancel = useMutation({
    mutationFn: () => stopSession(session.session_id, newId()),
    onSuccess: (after) => client.setQueryData(['session', after.session_id], after),
    onSettled: () => void client.invalidateQueries({ queryKey: ['session', session.session_id] }),
  });
  return (
    <>
      <PageHead title={name} />
      <main className="bd-page bd-page-action" data-testid="session-starting">
        <Feeder state="open" />
        <h2 className="bd-session-title">
          {session.state === 'waiting' ? t('starting.waiting') : t('starting.requested')}
        </h2>
        {!isFresh && (
          <p className="bd-centred">
            <Stale since={session.heardAt} />
          </p>
        )}
        <Stages stages={stagesOf(session)} />
        <div className="bd-action">
          {cancel.isError && (
            <p className="bd-problem" role="alert">
              {tellProblem(cancel.error)}
            </p>
          )}
          <Button
            block
            size="large"
            className="bd-main-button"
            loading={cancel.isPending}
            loadingText={t('starting.cancelling')}
            data-testid="cancel-start"
            onClick={() => cancel.mutate()}
          >
            {t('starting.cancel')}
          </Button>
        </div>
      </main>
    </>
  );
}
