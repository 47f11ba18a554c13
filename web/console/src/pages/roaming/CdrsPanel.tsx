import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { ListExport, type ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { toMajor } from '../../parts/minor';
import { Panel } from '../../parts/Panel';
import { readCdrs, useCdrs, usePartnerOptions } from '../../queries/roaming';
import { CdrFiles } from './CdrFiles';

const route = getRouteApi('/shell/partners');

type Cdr = Schemas['Cdr'];
/** What of the records the address shows. */
interface Shown {
  of?: string;
  recordsAfter?: string;
  recordsPage?: number;
}

function useFile(partner: string | undefined): ListFile<Cdr> {
  const { t } = useTranslation();
  return {
    title: t('roaming.records'),
    read: (part) => readCdrs({ partner }, part),
    fields: [
      ['ID', (cdr) => cdr.cdr_id],
      [t('roaming.partner'), (cdr) => cdr.partner_name],
      [t('money.session'), (cdr) => cdr.session_id],
      [t('roaming.credits'), (cdr) => cdr.credited_id],
      [t('roaming.began'), (cdr) => cdr.started_at],
      [t('roaming.ended'), (cdr) => cdr.ended_at],
      [t('roaming.made'), (cdr) => cdr.made_at],
      ['Wh', (cdr) => cdr.energy_wh],
      [t('document.net'), ({ net, currency }) => toMajor(net, currency)],
      [t('document.tax'), ({ tax, currency }) => toMajor(tax, currency)],
      [t('document.gross'), ({ gross, currency }) => toMajor(gross, currency)],
      [t('session.currency'), (cdr) => cdr.currency],
    ],
  };
}

/** The records of partners' sessions, as files and as a list. */
export function CdrsPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const options = usePartnerOptions();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/partners' });
  const { of: partner, recordsAfter: after, recordsPage: page, ...others } = search;
  const show = (records: Shown) => void navigate({ search: keepGiven({ ...others, ...records }), resetScroll: false });
  const list = useCdrs({ partner, after });
  const file = useFile(partner);
  const columns: Columns<Cdr> = [
    {
      title: t('roaming.made'),
      key: 'made_at',
      render: (_, cdr) => (
        <span className="bc-two-lines">
          <span className="bc-number">
            {format.instant(cdr.made_at)} {cdr.is_credit && <Tag>{t('roaming.credit')}</Tag>}
          </span>
          <span>{cdr.partner_name}</span>
        </span>
      ),
    },
    {
      title: t('money.session'),
      key: 'session',
      render: (_, cdr) => (
        <Link to="/sessions/$sessionId" params={{ sessionId: cdr.session_id }} className="bc-link bc-number">
          {format.instant(cdr.started_at)}
        </Link>
      ),
    },
    {
      title: t('roaming.energy'),
      key: 'energy',
      align: 'right',
      render: (_, cdr) => <span className="bc-number">{format.energy(cdr.energy_wh)}</span>,
    },
    {
      title: t('document.gross'),
      key: 'gross',
      align: 'right',
      render: (_, cdr) => <span className="bc-number">{format.money(cdr.gross, cdr.currency)}</span>,
    },
    { title: t('roaming.file'), key: 'file', align: 'right', render: (_, cdr) => <CdrFiles cdrId={cdr.cdr_id} /> },
  ];
  return (
    <Panel flush title={t('roaming.records')} testId="cdrs-panel">
      <div className="bc-filters">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={partner ?? null}
          onChange={(chosen: string | null | undefined) => show(chosen ? { of: chosen } : {})}
          options={options}
          placeholder={t('roaming.allPartners')}
          aria-label={t('roaming.partner')}
          data-testid="cdrs-partner"
        />
        <span className="bc-list-tools">
          <ListExport name="cdrs" {...file} />
        </span>
      </div>
      <ListTable
        list={list}
        columns={columns}
        rowKey="cdr_id"
        label={t('roaming.records')}
        place={keepGiven({ after, page })}
        onPlace={(place) => show(keepGiven({ of: partner, recordsAfter: place.after, recordsPage: place.page }))}
        testId="cdrs"
        empty={
          <NothingListed
            isFiltered={partner !== undefined}
            names={{ partner }}
            onClear={() => show({})}
            title={t('roaming.noRecords')}
          >
            {t('roaming.noRecordsText')}
          </NothingListed>
        }
      />
    </Panel>
  );
}
