import type { Schemas } from '@busbar/client';
import { Loading, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deliveryStates } from '../../app/search';
import { AuditTrail } from '../../parts/AuditTrail';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import {
  keptWebhookSwitch,
  useDeliveries,
  useRemoveWebhook,
  useRotateSecret,
  useTestWebhook,
  useUpdateWebhook,
  useWebhook,
} from '../../queries/webhooks';
import { useShowSecret } from '../station/useShowSecret';
import { DeliveryDrawer } from './DeliveryDrawer';
import { DeliveryMark, WebhookMark } from './marks';
import { ReplayDialog } from './ReplayDialog';
import { WebhookEdit } from './WebhookEdit';

const route = getRouteApi('/shell/webhooks/$webhookId');
type Search = ReturnType<typeof route.useSearch>;

/** What is wrong with a webhook, and what to do. */
function Trouble({ webhook }: { webhook: Schemas['Webhook'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const since = webhook.failing_since ? format.age(webhook.failing_since, now) : '';
  if (webhook.stopped && webhook.stopped !== 'person')
    return <Alert type="error" showIcon title={t(`webhook.stops.${webhook.stopped}`)} className="bc-gap-below" />;
  if (webhook.failing_since && !webhook.stopped)
    return <Alert type="warning" showIcon title={t('webhook.failingText', { since })} className="bc-gap-below" />;
  return null;
}

function Buttons({
  webhook,
  onReplay,
  onEdit,
}: {
  webhook: Schemas['Webhook'];
  onReplay: () => void;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const navigate = useNavigate();
  const showSecret = useShowSecret();
  const test = useTestWebhook(webhook.webhook_id);
  const update = useUpdateWebhook(webhook.webhook_id);
  const rotate = useRotateSecret(webhook.webhook_id);
  const remove = useRemoveWebhook(webhook.webhook_id);
  const told = useTellKept(keptWebhookSwitch);
  const turn = () =>
    void update.mutateAsync({ is_active: !webhook.is_active }).then((left) => {
      const { name } = webhook;
      told.changed(
        left.is_active ? t('webhook.switchedOn', { name }) : t('webhook.switchedOff', { name }),
        webhook,
        left,
      );
    }, tell.problem);
  const askRotate = () =>
    void modal.confirm({
      title: t('webhook.rotate'),
      content: t('webhook.rotateText'),
      okText: t('webhook.rotate'),
      onOk: () =>
        rotate
          .mutateAsync(undefined)
          .then(({ secret }) => showSecret({ title: t('webhook.rotated'), text: t('webhook.secretText'), secret }))
          .catch(tell.problem),
    });
  const askRemove = () =>
    void modal.confirm({
      title: t('webhook.removeAsk', { name: webhook.name }),
      content: t('webhook.removeText'),
      okText: t('webhook.remove'),
      okButtonProps: { danger: true },
      onOk: () =>
        remove
          .mutateAsync(undefined)
          .then(() => navigate({ to: '/webhooks' }))
          .catch(tell.problem),
    });
  return (
    <>
      <Button
        type="primary"
        loading={test.isPending}
        data-testid="webhook-test"
        onClick={() => test.mutate(undefined, { onError: tell.problem })}
      >
        {t('webhook.test')}
      </Button>
      <Button onClick={onReplay} disabled={!webhook.is_active} data-testid="webhook-replay">
        {t('webhook.replay')}
      </Button>
      <Button onClick={onEdit}>{t('webhook.edit')}</Button>
      <Button onClick={askRotate}>{t('webhook.rotate')}</Button>
      <Button loading={update.isPending} data-testid="webhook-switch" onClick={turn}>
        {webhook.is_active ? t('webhook.switchOff') : t('webhook.switchOn')}
      </Button>
      <Button danger onClick={askRemove}>
        {t('webhook.remove')}
      </Button>
    </>
  );
}

function Deliveries({
  webhookId,
  search,
  change,
}: {
  webhookId: string;
  search: Search;
  change: (to: Search) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const list = useDeliveries(webhookId, search);
  const columns: Columns<Schemas['WebhookDelivery']> = [
    {
      title: t('webhook.event'),
      key: 'event',
      render: (_, delivery) => (
        <Link
          to="/webhooks/$webhookId"
          params={{ webhookId }}
          search={{ ...search, edit: delivery.delivery_id }}
          className="bc-link bc-code"
        >
          {delivery.event}
        </Link>
      ),
    },
    { title: t('driver.state'), key: 'state', render: (_, { state }) => <DeliveryMark state={state} /> },
    {
      title: t('webhook.answer'),
      key: 'answer',
      render: (_, { status, error }) => <span className="bc-code">{status ?? error ?? '–'}</span>,
    },
    {
      title: t('webhook.attempts'),
      key: 'attempts',
      align: 'right',
      render: (_, { attempts }) => <span className="bc-number">{format.number(attempts)}</span>,
    },
    {
      title: t('webhook.happened'),
      key: 'happened',
      render: (_, { happened_at: at }) => <span className="bc-number">{format.instant(at, 'dateTimeSeconds')}</span>,
    },
    {
      title: t('webhook.next'),
      key: 'next',
      render: (_, { next_at: at, tried_at: tried }) => (
        <span className="bc-soft">
          {at ? format.instant(at, 'dateTimeSeconds') : tried ? format.age(tried, now) : '–'}
        </span>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t('webhook.deliveries')}
      extra={
        <Select
          allowClear
          size="small"
          value={search.state}
          placeholder={t('webhook.allStates')}
          aria-label={t('driver.state')}
          style={{ minWidth: 140 }}
          onChange={(state: Search['state']) => change(keepGiven({ state }))}
          options={deliveryStates.map((value) => ({ value, label: t(`webhook.states.${value}`) }))}
        />
      }
    >
      <ListTable
        list={list}
        columns={columns}
        rowKey="delivery_id"
        label={t('webhook.deliveries')}
        place={search}
        onPlace={(place) => change(keepGiven({ state: search.state, ...place }))}
        onOpen={(delivery: Schemas['WebhookDelivery']) => change({ ...search, edit: delivery.delivery_id })}
        testId="deliveries"
        empty={
          <NothingListed isFiltered={search.state !== undefined} title={t('webhook.noDeliveries')}>
            {t('webhook.noDeliveriesText')}
          </NothingListed>
        }
      />
    </Panel>
  );
}

/** One webhook: how it is, and what it was told. */
export function WebhookPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { webhookId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/webhooks/$webhookId' });
  const { data: webhook, error } = useWebhook(webhookId);
  const [isReplaying, setReplaying] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const change = (to: Search) => void navigate({ search: to });
  if (error && !webhook) return <Failure error={error} action={<Link to="/webhooks">{t('nav.webhooks')}</Link>} />;
  if (!webhook) return <Loading rows={8} />;
  const { edit, ...rest } = search;
  return (
    <>
      <PageHead
        title={webhook.name}
        up={{ label: t('nav.webhooks'), link: { to: '/webhooks' } }}
        actions={<Buttons webhook={webhook} onReplay={() => setReplaying(true)} onEdit={() => setEditing(true)} />}
      >
        <WebhookMark webhook={webhook} />
      </PageHead>
      <Trouble webhook={webhook} />
      <Panel style={{ marginBottom: 16 }}>
        <Facts
          columns={2}
          lines={[
            { label: t('webhook.url'), value: webhook.url, code: true },
            { label: t('webhook.events'), value: webhook.events.join(', ') || t('webhook.allEvents') },
            {
              label: t('webhook.lastDelivered'),
              value: webhook.delivered_at ? format.instant(webhook.delivered_at) : t('driver.never'),
            },
            webhook.old_secret_until !== null && {
              label: t('webhook.oldSecretUntil'),
              value: format.instant(webhook.old_secret_until),
            },
          ]}
        />
      </Panel>
      <Deliveries webhookId={webhookId} search={search} change={change} />
      <AuditTrail subject={`webhook:${webhookId}`} />
      <DeliveryDrawer webhookId={webhookId} deliveryId={edit} onClose={() => change(rest)} />
      <ReplayDialog webhookId={webhookId} isOpen={isReplaying} onClose={() => setReplaying(false)} />
      <WebhookEdit webhook={webhook} isOpen={isEditing} onClose={() => setEditing(false)} />
    </>
  );
}
