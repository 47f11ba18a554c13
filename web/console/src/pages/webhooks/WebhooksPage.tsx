import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useWebhooks } from '../../queries/webhooks';
import { WebhookMark } from './marks';
import { WebhookEdit } from './WebhookEdit';

const route = getRouteApi('/shell/webhooks');
type Search = ReturnType<typeof route.useSearch>;

/** The addresses that are told what happens. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/webhooks' });
  const list = useWebhooks(search);
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven(changed) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const open = (webhookId: string) => void navigate({ to: '/webhooks/$webhookId', params: { webhookId } });
  const columns: Columns<Schemas['Webhook']> = [
    {
      title: t('apiKey.name'),
      key: 'name',
      render: (_, webhook) => (
        <span className="bc-two-lines">
          <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.webhook_id }} className="bc-link">
            {webhook.name}
          </Link>
          <span className="bc-code">{webhook.url}</span>
        </span>
      ),
    },
    { title: t('driver.state'), key: 'state', render: (_, webhook) => <WebhookMark webhook={webhook} /> },
    {
      title: t('webhook.events'),
      key: 'events',
      render: (_, { events }) => (events.length ? format.number(events.length) : t('webhook.allEvents')),
    },
    {
      title: t('webhook.lastDelivered'),
      key: 'delivered',
      render: (_, { delivered_at: at }) => (
        <span className="bc-soft">{at ? format.age(at, now) : t('driver.never')}</span>
      ),
    },
    {
      title: t('webhook.states.waiting'),
      key: 'waiting',
      align: 'right',
      render: (_, { waiting }) => <span className="bc-number">{format.number(waiting)}</span>,
    },
    {
      title: t('webhook.states.failed'),
      key: 'failed',
      align: 'right',
      render: (_, { failed }) => <span className="bc-number">{format.number(failed)}</span>,
    },
  ];
  const addButton = (
    <Button type="primary" icon={<PlusOutlined />} data-testid="webhook-create" onClick={() => show('new')}>
      {t('webhook.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.webhooks')} actions={addButton}>
        {t('webhook.about')}
      </PageHead>
      <Panel flush>
        <ListTable
          list={list}
          columns={columns}
          rowKey="webhook_id"
          label={t('nav.webhooks')}
          place={search}
          onPlace={(place) => change({ ...place })}
          onOpen={({ webhook_id: webhookId }) => open(webhookId)}
          testId="webhooks"
          empty={
            <NothingListed isFiltered={false} title={t('webhook.none')} action={addButton}>
              {t('webhook.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <WebhookEdit isOpen={search.edit === 'new'} onClose={() => show()} onMade={open} />
    </>
  );
}
