import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAsk } from '../../parts/useAsk';
import { usePermits } from '../../queries/me';
import type { NowItem } from '../../queries/now';
import { useCloseSession, useStopSession } from '../../queries/sessions';
import { RegistrationButtons } from '../station/RegistrationButtons';

/** A session that neither goes on nor ends: ask the station once more, or close it by hand. */
function StuckSteps({ sessionId, isAway }: { sessionId: string; isAway: boolean }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const stop = useStopSession();
  const close = useCloseSession();
  const askClose = () =>
    ask({
      title: t('session.closeAsk'),
      text: t('session.closeText'),
      yes: t('session.close'),
      deed: () => close.mutateAsync(sessionId),
    });
  return (
    <>
      {!isAway && (
        <Button
          size="small"
          loading={stop.isPending}
          data-testid={`attention-stop-${sessionId}`}
          onClick={() =>
            ask({
              title: t('session.stopAsk'),
              text: t('session.stopText'),
              yes: t('session.stop'),
              deed: () => stop.mutateAsync(sessionId),
              done: t('session.told.stopAsked'),
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

/** A payment that went wrong: what is owed can be settled otherwise or written off, the rest is seen at the payment. */
function PaymentStep({ item, paymentId }: { item: NowItem; paymentId: string }) {
  const { t } = useTranslation();
  const permits = usePermits();
  if (!permits('read_money')) return null;
  if (item.reason === 'payment_failed')
    return (
      <Link to="/receivables">
        <Button size="small">{t('now.toReceivables')}</Button>
      </Link>
    );
  return (
    <Link to="/payments" search={{ edit: paymentId }}>
      <Button size="small">{item.reason === 'refund_failed' ? t('now.refundAgain') : t('now.look')}</Button>
    </Link>
  );
}

/** What a person would do next about one thing that waits, as far as the role allows. */
export function NextStep({ item }: { item: NowItem }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { kind, station_id: stationId, session_id: sessionId } = item;
  const params = { stationId };
  if (item.payment_id) return <PaymentStep item={item} paymentId={item.payment_id} />;
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
