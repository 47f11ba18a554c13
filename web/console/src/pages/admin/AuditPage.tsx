import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Changes } from '../../parts/Changes';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, NothingListed, Pager, shownOf } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useActorName } from '../../parts/useActorName';
import { readAudit, useAudit } from '../../queries/admin';

const route = getRouteApi('/shell/audit');
type Entry = Schemas['AuditEntry'];
type Search = ReturnType<typeof route.useSearch>;

/** The thing that an entry is about, as a way to its page where it has one. */
function Subject({ subject }: { subject: string }) {
  const actorName = useActorName();
  const colon = subject.indexOf(':');
  const [noun, id] = [subject.slice(0, colon), subject.slice(colon + 1)];
  if (noun === 'station')
    return (
      <Link to="/stations/$stationId" params={{ stationId: id }}>
        {id}
      </Link>
    );
  if (noun === 'session')
    return (
      <Link to="/sessions/$sessionId" params={{ sessionId: id }}>
        {subject}
      </Link>
    );
  if (noun === 'site')
    return (
      <Link to="/sites/$siteId" params={{ siteId: id }}>
        {subject}
      </Link>
    );
  return <span>{actorName(subject)}</span>;
}

function useFile(search: Search): ListFile<Entry> {
  const { t } = useTranslation();
  return {
    title: t('nav.audit'),
    read: (part) => readAudit(search, part),
    fields: [
      ['ID', (entry) => entry.entry_id],
      [t('audit.at'), (entry) => entry.at],
      [t('audit.actor'), (entry) => entry.actor],
      [t('audit.actorName'), (entry) => entry.actor_name],
      [t('audit.action'), (entry) => entry.action],
      [t('audit.subject'), (entry) => entry.subject],
      [t('audit.detail'), ({ detail }) => (Object.keys(detail).length > 0 ? JSON.stringify(detail) : null)],
    ],
  };
}

/** Who did what to which thing. */
export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const { data, error, isPending } = useAudit(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const isFiltered = Object.keys(filters).some((name) => name !== 'hide');
  const file = useFile(search);
  const columns: Columns<Entry> = [
    {
      title: t('audit.at'),
      key: 'at',
      width: 180,
      render: (_, entry) => <span className="bc-number">{format.instant(entry.at, 'dateTimeSeconds')}</span>,
    },
    {
      title: t('audit.actor'),
      key: 'actor',
      render: (_, entry) => (
        <button type="button" className="bc-plain-button" onClick={() => change({ actor: entry.actor })}>
          {entry.actor_name ?? actorName(entry.actor)}
        </button>
      ),
    },
    {
      title: t('audit.action'),
      key: 'action',
      render: (_, entry) => (
        <button type="button" className="bc-plain-button bc-code" onClick={() => change({ action: entry.action })}>
          {entry.action}
        </button>
      ),
    },
    { title: t('audit.subject'), key: 'subject', render: (_, entry) => <Subject subject={entry.subject} /> },
  ];
  return (
    <>
      <PageHead title={t('nav.audit')} />
      <Panel flush testId="audit">
        <div className="bc-filters">
          <SearchBox
            value={search.action}
            onSearch={(action) => change({ action })}
            label={t('audit.byAction')}
            testId="audit-action"
            width={220}
          />
          <SearchBox
            value={search.subject}
            onSearch={(subject) => change({ subject })}
            label={t('audit.bySubject')}
            testId="audit-subject"
            width={260}
          />
          {search.actor && (
            <button type="button" className="bc-plain-button" onClick={() => change({ actor: undefined })}>
              {t('audit.allActors')}
            </button>
          )}
          <ListTools list="audit" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        {isPending && <Loading rows={8} />}
        {error && !data && <Failure error={error} />}
        {data?.items.length === 0 && !search.after && <NothingListed isFiltered={isFiltered} title={t('audit.none')} />}
        {data && data.items.length > 0 && (
          <Table<Entry>
            dataSource={data.items}
            columns={shownOf(columns, search)}
            rowKey="entry_id"
            pagination={false}
            size="small"
            scroll={{ x: 'max-content' }}
            expandable={{
              columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
              rowExpandable: ({ detail }) => Object.keys(detail).length > 0,
              expandedRowRender: ({ detail }) => <Changes detail={detail} />,
            }}
          />
        )}
        {data && <Pager list={data} place={search} onPlace={(place) => change({ ...place })} testId="audit" />}
      </Panel>
    </>
  );
}
