import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, NothingListed, Pager, shownOf } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { readUnmatched, useUnmatched } from '../../queries/sessions';

const route = getRouteApi('/shell/unmatched');
type Part = Schemas['UnmatchedPart'];

/** Parts of transactions that fit no session: nothing that a station told is lost. */
export function UnmatchedPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/unmatched' });
  const { data, error, isPending } = useUnmatched(search.after);
  const columns: Columns<Part> = [
    {
      title: t('unmatched.at'),
      key: 'at',
      render: (_, part) => <span className="bc-number">{format.instant(part.received_at, 'dateTimeSeconds')}</span>,
    },
    {
      title: t('session.station'),
      key: 'station',
      render: (_, part) => (
        <Link to="/stations/$stationId" params={{ stationId: part.station_id }} className="bc-link">
          {part.station_id}
        </Link>
      ),
    },
    {
      title: t('session.transactionRef'),
      key: 'ref',
      render: (_, part) => <span className="bc-code">{part.transaction_ref}</span>,
    },
    { title: t('unmatched.phase'), key: 'phase', render: (_, { phase }) => t(`unmatched.phases.${phase}`) },
    { title: t('unmatched.reason'), key: 'reason', render: (_, part) => part.reason },
    {
      title: t('unmatched.joined'),
      key: 'joined',
      render: (_, part) =>
        part.session_id && (
          <Link to="/sessions/$sessionId" params={{ sessionId: part.session_id }}>
            {t('unmatched.toSession')}
          </Link>
        ),
    },
  ];
  const file: ListFile<Part> = {
    title: t('nav.unmatched'),
    read: readUnmatched,
    fields: [
      ['ID', (part) => part.part_id],
      [t('unmatched.at'), (part) => part.received_at],
      [t('session.station'), (part) => part.station_id],
      [t('session.transactionRef'), (part) => part.transaction_ref],
      [t('unmatched.phase'), ({ phase }) => t(`unmatched.phases.${phase}`)],
      [t('unmatched.reason'), (part) => part.reason],
      [t('unmatched.joined'), (part) => part.session_id],
    ],
  };
  const hide = (hidden: string | undefined) => void navigate({ search: keepGiven({ hide: hidden }) });
  return (
    <>
      <PageHead page="unmatched" title={t('nav.unmatched')}>
        {t('unmatched.text')}
      </PageHead>
      <Panel flush testId="unmatched">
        <div className="bc-filters">
          <ListTools list="unmatched" columns={columns} place={search} onHide={hide} file={file} />
        </div>
        {isPending && <Loading rows={6} />}
        {error && !data && <Failure error={error} />}
        {data?.items.length === 0 && !search.after && (
          <NothingListed isFiltered={false} title={t('unmatched.none')}>
            {t('unmatched.noneText')}
          </NothingListed>
        )}
        {data && data.items.length > 0 && (
          <Table<Part>
            dataSource={data.items}
            columns={shownOf(columns, search)}
            rowKey="part_id"
            pagination={false}
            scroll={{ x: 'max-content' }}
            expandable={{
              columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
              expandedRowRender: ({ report }) => <Json value={report} />,
            }}
          />
        )}
        {data && (
          <Pager
            list={data}
            place={search}
            onPlace={(place) => void navigate({ search: keepGiven({ hide: search.hide, ...place }) })}
            testId="unmatched"
          />
        )}
      </Panel>
    </>
  );
}
