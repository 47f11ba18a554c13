import type { Schemas } from '@busbar/client';
import { Form, Input, Radio, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTellKept } from '../../parts/useTellKept';
import { keptWebhook, useCreateWebhook, useUpdateWebhook, useWebhookEvents } from '../../queries/webhooks';
import { useShowSecret } from '../station/useShowSecret';

interface Values {
  name: string;
  url: string;
  is_all: boolean;
  events: string[];
}

interface WebhookEditProps {
  /** Left out: a new one. */
  webhook?: Schemas['Webhook'];
  isOpen: boolean;
  onClose: () => void;
  onMade?: (webhookId: string) => void;
}

/** Events to choose from, grouped by what they are about. */
function useEventOptions() {
  const { t } = useTranslation();
  const { data } = useWebhookEvents();
  return useMemo(() => {
    const topics = [...new Set(data?.items.map(({ topic }) => topic))];
    return topics.map((topic) => ({
      label: t(`webhook.topics.${topic}`),
      title: topic,
      options: data?.items.filter((event) => event.topic === topic).map(({ name }) => ({ value: name, label: name })),
    }));
  }, [data, t]);
}

/** Make or change a webhook. */
export function WebhookEdit({ webhook, isOpen, onClose, onMade }: WebhookEditProps) {
  const { t } = useTranslation();
  const create = useCreateWebhook();
  const update = useUpdateWebhook(webhook?.webhook_id ?? '');
  const told = useTellKept(keptWebhook);
  const showSecret = useShowSecret();
  const options = useEventOptions();

  async function save({ is_all: isAll, events, ...given }: Values): Promise<void> {
    const body = { ...given, events: isAll ? [] : events };
    if (webhook) {
      const left = await update.mutateAsync(body);
      told.saved(left.name, webhook, left);
      onClose();
      return;
    }
    const made = await create.mutateAsync(body);
    onMade?.(made.webhook.webhook_id);
    showSecret({ title: t('webhook.made'), text: t('webhook.secretText'), secret: made.secret });
  }

  return (
    <EditDrawer<Values>
      key={webhook?.webhook_id ?? 'new'}
      title={webhook ? t('webhook.edit') : t('webhook.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="webhook-form"
      initial={
        webhook
          ? { name: webhook.name, url: webhook.url, is_all: webhook.events.length === 0, events: webhook.events }
          : { is_all: true, events: [] }
      }
      saveLabel={webhook ? t('action.save') : t('action.create')}
      save={save}
    >
      <Form.Item
        name="name"
        label={t('apiKey.name')}
        extra={t('webhook.nameHint')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input autoFocus maxLength={100} data-testid="webhook-form-name" />
      </Form.Item>
      <Form.Item
        name="url"
        label={t('webhook.url')}
        extra={t('webhook.urlHint')}
        rules={[{ required: true, pattern: /^https?:\/\/\S+$/, message: t('webhook.urlRule') }]}
      >
        <Input maxLength={500} placeholder="https://example.org/busbar" data-testid="webhook-form-url" />
      </Form.Item>
      <Form.Item name="is_all" label={t('webhook.events')}>
        <Radio.Group
          options={[
            { value: true, label: t('webhook.allEvents') },
            { value: false, label: t('webhook.someEvents') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before, after) => before.is_all !== after.is_all}>
        {({ getFieldValue }) =>
          getFieldValue('is_all') === false && (
            <Form.Item
              name="events"
              aria-label={t('webhook.someEvents')}
              rules={[{ required: true, message: t('webhook.eventsRule') }]}
            >
              <Select
                mode="multiple"
                allowClear
                options={options}
                placeholder={t('webhook.someEvents')}
                aria-label={t('webhook.someEvents')}
                data-testid="webhook-form-events"
              />
            </Form.Item>
          )
        }
      </Form.Item>
    </EditDrawer>
  );
}
