import type { Schemas } from '@busbar/client';
import { Mark } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

/** How a webhook is: told by shape and word. */
export function WebhookMark({ webhook }: { webhook: Schemas['Webhook'] }) {
  const { t } = useTranslation();
  if (webhook.stopped === 'person')
    return (
      <Mark tone="idle" shape="ring">
        {t('webhook.isOff')}
      </Mark>
    );
  if (webhook.stopped)
    return (
      <Mark tone="bad" shape="cross">
        {t('webhook.isDisabled')}
      </Mark>
    );
  if (webhook.failing_since)
    return (
      <Mark tone="warn" shape="triangle">
        {t('webhook.isFailing')}
      </Mark>
    );
  return (
    <Mark tone="good" shape="check">
      {t('webhook.isOn')}
    </Mark>
  );
}

const marks = {
  waiting: { tone: 'warn', shape: 'clock' },
  delivered: { tone: 'good', shape: 'check' },
  failed: { tone: 'bad', shape: 'cross' },
} as const;

/** How a message is. */
export function DeliveryMark({ state }: { state: Schemas['DeliveryState'] }) {
  const { t } = useTranslation();
  return <Mark {...marks[state]}>{t(`webhook.states.${state}`)}</Mark>;
}
