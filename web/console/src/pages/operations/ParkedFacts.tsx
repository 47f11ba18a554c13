import { Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import { type Columns, Pager } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { type ParkedFact, useDropParkedFact, useParkedFacts, useRetryParkedFact } from '../../queries/operations';

const route = getRouteApi('/shell/operations');

function Buttons({ fact }: { fact: ParkedFact }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const retry = useRetryParkedFact();
  const drop = useDropParkedFact();
  const askDrop = () =>
    void modal.confirm({
      title: t('operations.drop'),
      content: t('operations.dropText', { fact: fact.fact ?? fact.fact_id, consumer: fact.consumer }),
      okText: t('operations.drop'),
      okButtonProps: { danger: true },
      onOk: () => drop.mutateAsync(fact).catch(tell.problem),
    });
  return (
    <span className="bc-head-actions">
      {fact.fact !== null && (
        <Button
          size="small"
          loading={retry.isPending}
          data-testid="parked-retry"
          onClick={() =>
            retry.mutate(fact, { onSuccess: () => tell.done(t('operations.retried')), onError: tell.problem })
          }
        >
          {t('operations.retry')}
        </Button>
      )}
      <Button size="small" danger data-testid="parked-drop" onClick={askDrop}>
        {t('operations.drop')}
      </Button>
    </span>
  );
}

/** Facts that a listener could not take, however often it was tried: a person looks, mends, and tries again. */
export function ParkedFacts() {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  const place = route.useSearch();
  const navigate = useNavigate({ from: '/operations' });
  const { data, error, isPending } = useParkedFacts(place);
  const columns: Columns<ParkedFact> = [
    {
      title: t('operations.parkedAt'),
      key: 'at',
      width: 170,
      render: (_, fact) => <span className="bc-number">{format.instant(fact.parked_at, 'dateTimeSeconds')}</span>,
    },
    {
      title: t('operations.fact'),
      key: 'fact',
      render: (_, fact) => (
        <span className="bc-two-lines">
          <b>{fact.fact ?? t('operations.factGone')}</b>
          <span className="bc-code">{fact.consumer}</span>
        </span>
      ),
    },
    {
      title: t('operations.station'),
      key: 'station',
      render: (_, { station_id: stationId }) =>
        stationId && (
          <Link to="/stations/$stationId" params={{ stationId }}>
            {stationId}
          </Link>
        ),
    },
    { title: t('operations.attempts'), key: 'attempts', align: 'right', dataIndex: 'attempts' },
    {
      title: t('operations.error'),
      key: 'error',
      render: (_, fact) => <span className="bc-ops-error">{fact.error}</span>,
    },
    ...(permits('operate')
      ? [
          {
            title: <span className="bb-visually-hidden">{t('action.more')}</span>,
            key: 'do',
            align: 'right' as const,
            render: (_: unknown, fact: ParkedFact) => <Buttons fact={fact} />,
          },
        ]
      : []),
  ];
  return (
    <Panel title={t('operations.parked')} flush testId="parked">
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && !place.after && (
        <p className="bc-ops-nothing">
          <Mark tone="good" shape="check">
            {t('operations.noneParked')}
          </Mark>
          <span className="bc-soft">{t('operations.noneParkedText')}</span>
        </p>
      )}
      {data && data.items.length > 0 && (
        <>
          <Table<ParkedFact>
            aria-label={t('operations.parked')}
            dataSource={data.items}
            columns={columns}
            rowKey={(fact) => `${fact.fact_id}/${fact.consumer}`}
            pagination={false}
            size="small"
            scroll={{ x: 'max-content' }}
            expandable={{
              columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
              rowExpandable: ({ content }) => content !== null,
              expandedRowRender: ({ content }) => <Json value={content} />,
            }}
          />
          <Pager list={data} place={place} onPlace={(next) => void navigate({ search: next })} testId="parked" />
        </>
      )}
    </Panel>
  );
}
