import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Select, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { type Columns, NothingListed } from '../../parts/ListTable';
import { MissingGateways } from '../../parts/MissingGateways';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { type RefusalKind, refusalKinds } from '../../queries/refusalKinds';
import { type Refusal, useRefusals } from '../../queries/refusals';

const route = getRouteApi('/shell/refusals');
const PAGE_ROWS = 50;

function useColumns(): Columns<Refusal> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('refusal.cause.title'),
      key: 'kind',
      render: (_, { kind, detail }) => (
        <span className="bc-two-lines">
          <span>{t(`refusal.cause.${kind}`)}</span>
          <span className="bc-soft">{detail}</span>
        </span>
      ),
    },
    {
      title: t('refusal.name'),
      key: 'name',
      render: (_, { station_id: stationId, name }) =>
        stationId ? (
          <Link to="/stations/$stationId" params={{ stationId }} className="bc-link">
            {stationId}
          </Link>
        ) : (
          <span className="bc-code">{name ?? '–'}</span>
        ),
    },
    {
      title: t('refusal.address'),
      key: 'address',
      render: (_, { address, gateway_id: gateway }) => (
        <span className="bc-two-lines">
          <span className="bc-code">{address}</span>
          {gateway && <span className="bc-soft">{gateway}</span>}
        </span>
      ),
    },
    {
      title: t('refusal.sent'),
      key: 'sent',
      render: (_, { path, offered }) => (
        <span className="bc-two-lines">
          <span className="bc-code">{path ?? '–'}</span>
          <span className="bc-code bc-soft">{offered}</span>
        </span>
      ),
    },
    {
      title: t('refusal.count'),
      key: 'count',
      align: 'right',
      render: (_, { count }) => <span className="bc-number">{format.number(count)}</span>,
    },
    {
      title: t('refusal.last'),
      key: 'last',
      render: (_, { first_at: first, last_at: last, count }) => (
        <span className="bc-two-lines">
          <span className="bc-number">{format.instant(last, 'dateTimeSeconds')}</span>
          {count > 1 && <span className="bc-soft bc-number">{t('refusal.since', { at: format.instant(first) })}</span>}
        </span>
      ),
    },
  ];
}

/** Who was turned away at the stations' door, and what has to change. */
export function RefusalsPage() {
  const { t } = useTranslation();
  const { kind } = route.useSearch();
  const navigate = useNavigate({ from: '/refusals' });
  const { data, error, isPending } = useRefusals(kind);
  const columns = useColumns();
  return (
    <>
      <PageHead title={t('nav.refusals')} page="refusals">
        {t('refusal.text')}
      </PageHead>
      <Panel flush testId="refusals">
        <div className="bc-filters">
          <Select
            value={kind ?? ''}
            aria-label={t('refusal.cause.title')}
            data-testid="refusal-kind"
            style={{ minWidth: 320 }}
            options={[
              { value: '', label: t('refusal.all') },
              ...refusalKinds.map((value) => ({ value, label: t(`refusal.cause.${value}`) })),
            ]}
            onChange={(value: RefusalKind | '') => void navigate({ search: value ? { kind: value } : {} })}
          />
        </div>
        <MissingGateways names={data?.missing_gateways} />
        {isPending && <Loading rows={6} />}
        {error && !data && <Failure error={error} />}
        {data?.items.length === 0 && (
          <NothingListed isFiltered={Boolean(kind)} title={t('refusal.none')}>
            {t('refusal.noneText')}
          </NothingListed>
        )}
        {data && data.items.length > 0 && (
          <Table<Refusal>
            aria-label={t('nav.refusals')}
            dataSource={data.items}
            columns={columns}
            rowKey={(row) => [row.kind, row.name, row.path, row.address, row.gateway_id].join(' ')}
            pagination={data.items.length > PAGE_ROWS ? { pageSize: PAGE_ROWS, showSizeChanger: false } : false}
            scroll={{ x: 'max-content' }}
            expandable={{
              columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
              expandedRowRender: (row) => (
                <p>
                  {t(`refusal.change.${row.kind}`)} <span className="bc-code bc-soft">{row.code}</span>
                </p>
              ),
            }}
          />
        )}
      </Panel>
    </>
  );
}
