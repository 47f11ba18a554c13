import { Mark, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { type Complaint, readComplaints, useComplaints } from '../../queries/complaints';
import { ComplaintDrawer, complaintLooks } from './ComplaintDrawer';

const route = getRouteApi('/shell/complaints');
type Search = ReturnType<typeof route.useSearch>;

function useColumns(): Columns<Complaint> {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return [
    {
      title: t('complaint.what'),
      key: 'what',
      render: (_, complaint) => (
        <span className="bc-two-lines bc-complaint-what">
          <span className="bc-link">{t(`complaint.category.${complaint.category}`)}</span>
          <span>{complaint.text}</span>
        </span>
      ),
    },
    {
      title: t('complaint.where'),
      key: 'where',
      render: (_, complaint) => (
        <span className="bc-two-lines">
          <span>{complaint.station_name ?? complaint.station_id}</span>
          <span>{complaint.site_name}</span>
        </span>
      ),
    },
    { title: t('driver.driver'), key: 'driver', render: (_, complaint) => complaint.driver_name },
    {
      title: t('complaint.state'),
      key: 'state',
      render: (_, { status }) => <Mark {...complaintLooks[status]}>{t(`complaint.states.${status}`)}</Mark>,
    },
    {
      title: t('complaint.photos'),
      key: 'photos',
      align: 'right',
      render: (_, { photo_ids: photos }) => <span className="bc-number">{photos.length || ''}</span>,
    },
    {
      title: t('complaint.filed'),
      key: 'filed',
      align: 'right',
      render: (_, { created_at: at }) => (
        <span className="bc-number bc-soft" title={format.instant(at, 'dateTime')}>
          {format.age(at, now)}
        </span>
      ),
    },
  ];
}

function useFile(search: Search): ListFile<Complaint> {
  const { t } = useTranslation();
  return {
    title: t('nav.complaints'),
    read: (part) => readComplaints(search, part),
    fields: [
      ['ID', (complaint) => complaint.complaint_id],
      [t('complaint.filed'), (complaint) => complaint.created_at],
      [t('complaint.what'), ({ category }) => t(`complaint.category.${category}`)],
      [t('complaint.words'), (complaint) => complaint.text],
      [t('complaint.where'), (complaint) => complaint.station_name ?? complaint.station_id],
      [t('station.site'), (complaint) => complaint.site_name],
      [t('driver.driver'), (complaint) => complaint.driver_name],
      [t('complaint.state'), ({ status }) => t(`complaint.states.${status}`)],
      [t('complaint.photos'), (complaint) => complaint.photo_ids.length],
    ],
  };
}

/** What drivers say is wrong, until it is answered. */
export function ComplaintsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/complaints' });
  const list = useComplaints(search);
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  return (
    <>
      <PageHead title={t('nav.complaints')}>{t('complaint.text')}</PageHead>
      <Panel flush>
        <div className="bc-filters">
          <Segmented
            value={search.show ?? 'open'}
            onChange={(show) => change({ show: show === 'open' ? undefined : (show as 'all' | 'over') })}
            options={[
              { value: 'open', label: t('complaint.show.open') },
              { value: 'over', label: t('complaint.show.over') },
              { value: 'all', label: t('complaint.show.all') },
            ]}
          />
          <ListTools
            list="complaints"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="complaint_id"
          label={t('nav.complaints')}
          place={search}
          onPlace={(place) => change(place)}
          onOpen={({ complaint_id: id }) => show(id)}
          testId="complaints"
          empty={
            <NothingListed isFiltered={search.show === 'over'} title={t('complaint.none')}>
              {t('complaint.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      {edit && <ComplaintDrawer complaintId={edit} onClose={() => show()} />}
    </>
  );
}
