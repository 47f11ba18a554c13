import { Loading, useFormat } from '@busbar/kit';
import { Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import { useTell } from '../../parts/useTell';
import { useDelivery, useReplayDelivery } from '../../queries/webhooks';
import { DeliveryMark } from './marks';

interface DeliveryDrawerProps {
  webhookId: string;
  deliveryId: string | undefined;
  onClose: () => void;
}

/** A message: what was sent, what came back at each attempt, and the way to send it again. */
export function DeliveryDrawer({ webhookId, deliveryId, onClose }: DeliveryDrawerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const { data, error } = useDelivery(webhookId, deliveryId);
  const replay = useReplayDelivery(webhookId);
  return (
    <Drawer
      open={deliveryId !== undefined}
      title={data?.event ?? t('webhook.event')}
      size={560}
      onClose={onClose}
      data-testid="delivery"
      extra={
        data && (
          <Button
            loading={replay.isPending}
            data-testid="delivery-replay"
            onClick={() => replay.mutate(data.delivery_id, { onError: tell.problem })}
          >
            {t('webhook.again')}
          </Button>
        )
      }
    >
      {!data && error && <Failure error={error} />}
      {!data && !error && <Loading rows={8} />}
      {data && (
        <>
          <Facts
            lines={[
              { label: t('driver.state'), value: <DeliveryMark state={data.state} /> },
              { label: 'webhook-id', value: data.message_id, code: true },
              { label: t('webhook.happened'), value: format.instant(data.happened_at, 'dateTimeSeconds') },
              data.next_at !== null && {
                label: t('webhook.nextTry'),
                value: format.instant(data.next_at, 'dateTimeSeconds'),
              },
            ]}
          />
          <h3>{t('webhook.attempts')}</h3>
          {data.log.length === 0 && <p className="bc-soft">{t('webhook.noAttempts')}</p>}
          <ol className="bc-attempts" data-testid="attempts">
            {data.log.toReversed().map((attempt) => (
              <li key={attempt.at}>
                <span className="bc-number">{format.instant(attempt.at, 'dateTimeSeconds')}</span>
                <strong className="bc-code">{attempt.status ?? attempt.error}</strong>
                <span className="bc-soft bc-number">{format.number(attempt.duration_ms)} ms</span>
                {attempt.answer && <pre className="bc-code">{attempt.answer}</pre>}
              </li>
            ))}
          </ol>
          <h3>{t('webhook.content')}</h3>
          <Json value={data.content} />
        </>
      )}
    </Drawer>
  );
}
