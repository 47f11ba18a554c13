import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import type { NowItem } from '../../queries/now';
import { useCloseSession, useStopSession } from '../../queries/sessions';
import { RegistrationButtons } from '../station/RegistrationButtons';

/** A session that neither goes on nor ends: ask the station once more, or close it by hand. */
function StuckSteps({ sessionId, isAway }: { sessionId: string; isAway: boolean }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const stop = useStopSession();
  const close = useCloseSession();
  const askClose = () =>
    void modal.confirm({
      title: t('session.closeAsk'),
      content: t('session.closeText'),
      okText: t('session.close'),
      okButtonProps: { danger: true },
      onOk: () => close.mutateAsync(sessionId).catch(tell.problem),
    });
  return (
    <>
      {!isAway && (
        <Button
          size="small"
          loading={stop.isPending}
          data-testid={`attention-stop-${sessionId}`}
          onClick={() =>
            stop.mutate(sessionId, {
              onSuccess: () => tell.done(t('session.told.stopAsked')),
              onError: tell.problem,
            })
          }
        >
          {t('session.stop')}
        </Button>
      )}
      <Button size="small" danger data-testid={`attention-close-${sessionId}`} onClick={askClose}>
        {t('session.close')}
      </Button>
    </>
  );
}

/** What a person would do next about one thing that waits, as far as the role allows. */
export function NextStep({ item }: { item: NowItem }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { kind, station_id: stationId, session_id: sessionId } = item;
  const params = { stationId };
  if (kind === 'pending' && permits('manage_network'))
    return (
      <RegistrationButtons station={{ station_id: stationId, name: item.station_name, registration: 'pending' }} />
    );
  if (kind === 'stuck' && sessionId !== null)
    return permits('control') ? (
      <StuckSteps sessionId={sessionId} isAway={item.reason === 'station_offline'} />
    ) : (
      <Link to="/sessions/$sessionId" params={{ sessionId }}>
        <Button size="small">{t('now.look')}</Button>
      </Link>
    );
  if (kind === 'faulted' && permits('control'))
    return (
      <Link to="/stations/$stationId" params={params} search={{ tab: 'commands', command: 'reset' }}>
        <Button size="small">{t('now.restart')}</Button>
      </Link>
    );
  return (
    <Link to="/stations/$stationId" params={params} search={kind === 'offline' ? { tab: 'history' } : {}}>
      <Button size="small">{kind === 'offline' ? t('now.history') : t('now.look')}</Button>
    </Link>
  );
}
