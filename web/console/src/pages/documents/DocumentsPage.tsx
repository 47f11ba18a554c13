import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { readDocuments, useDocuments } from '../../queries/documents';
import { usePermits } from '../../queries/me';
import { DocumentView } from './DocumentView';
import { IssueInvoice } from './IssueInvoice';

const route = getRouteApi('/shell/documents');
const kinds = ['receipt', 'invoice', 'statement', 'credit_note'] as const;
type Summary = Schemas['DocumentSummary'];
type Search = ReturnType<typeof route.useSearch>;

/** What became of a document: taken back, put on an invoice, or as it was written. */
function StateMark({ document }: { document: Summary }) {
  const { t } = useTranslation();
  if (document.credit_id)
    return (
      <Mark tone="warn" shape="cross">
        {t('document.isCredited')}
      </Mark>
    );
  if (document.invoice_id)
    return (
      <Mark tone="info" shape="dots">
        {t('document.isInvoiced')}
      </Mark>
    );
  return (
    <Mark tone="good" shape="check">
      {t('document.stands')}
    </Mark>
  );
}

function useColumns(search: Search): Columns<Summary> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('document.number'),
      key: 'number',
      render: (_, { document_id: documentId, reference, kind }) => (
        <span className="bc-two-lines">
          <Link to="/documents" search={{ ...search, edit: documentId }} className="bc-link bc-code">
            {reference}
          </Link>
          <span>{t(`documentKind.${kind}`)}</span>
        </span>
      ),
    },
    {
      title: t('document.issued'),
      ...sortable('issued_at', search),
      render: (_, { issued_at: at }) => <span className="bc-number">{format.instant(at)}</span>,
    },
    { title: t('document.state'), key: 'state', render: (_, document) => <StateMark document={document} /> },
    { title: t('document.buyer'), key: 'buyer', dataIndex: 'buyer_name' },
    {
      title: t('document.place'),
      key: 'place',
      render: (_, { station_id: stationId, station_name: name, site_name: site }) => (
        <span className="bc-two-lines">
          <span>{site}</span>
          <span className="bc-soft">{name || stationId}</span>
        </span>
      ),
    },
    {
      title: t('document.energy'),
      key: 'energy',
      align: 'right',
      render: (_, { energy_wh: energyWh }) => <span className="bc-number">{format.energy(energyWh)}</span>,
    },
    {
      title: t('document.gross'),
      key: 'gross',
      align: 'right',
      render: (_, { gross, currency }) => <strong className="bc-number">{format.money(gross, currency)}</strong>,
    },
  ];
}

function useFile(search: Search): ListFile<Summary> {
  const { t } = useTranslation();
  return {
    title: t('nav.documents'),
    read: (part) => readDocuments(search, part),
    fields: [
      [t('document.number'), (document) => document.reference],
      [t('document.kind'), ({ kind }) => t(`documentKind.${kind}`)],
      [t('document.issued'), (document) => document.issued_at],
      [t('document.buyer'), (document) => document.buyer_name],
      [t('station.site'), (document) => document.site_name],
      [t('session.station'), (document) => document.station_name || document.station_id],
      [`${t('document.energy')} (Wh)`, (document) => document.energy_wh],
      [t('document.net'), ({ net, currency }) => toMajor(net, currency)],
      [t('document.tax'), ({ tax, currency }) => toMajor(tax, currency)],
      [t('document.gross'), ({ gross, currency }) => toMajor(gross, currency)],
      [t('session.currency'), (document) => document.currency],
    ],
  };
}

/** Receipts, invoices, statements and credit notes. */
export function DocumentsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/documents' });
  const list = useDocuments(search);
  const file = useFile(search);
  const columns = useColumns(search);
  const permits = usePermits();
  const { after: _after, page: _page, edit, company, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) =>
    void navigate({ search: keepGiven({ ...search, company: undefined, edit }), resetScroll: false });
  return (
    <>
      <PageHead
        page="documents"
        title={t('nav.documents')}
        actions={
          permits('manage_prices') && (
            <Button type="primary" icon={<PlusOutlined />} data-testid="invoice-create" onClick={() => show('new')}>
              {t('issue.title')}
            </Button>
          )
        }
      >
        {t('document.intro')}
      </PageHead>
      <Panel flush testId="documents-panel">
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('document.search')}
            testId="documents-q"
          />
          <Select
            allowClear
            style={{ width: 200 }}
            placeholder={t('document.allKinds')}
            aria-label={t('document.kind')}
            value={search.kind}
            onChange={(kind) => change({ kind })}
            options={kinds.map((value) => ({ value, label: t(`documentKind.${value}`) }))}
          />
          <ListTools
            list="documents"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="document_id"
          label={t('nav.documents')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          onOpen={({ document_id: documentId }) => show(documentId)}
          testId="documents"
          empty={
            <NothingListed isFiltered={Boolean(search.q || search.kind)} title={t('document.none')}>
              {t('document.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <DocumentView documentId={edit === 'new' ? undefined : edit} onClose={() => show()} />
      {edit === 'new' && permits('manage_prices') && (
        <IssueInvoice companyId={company} onClose={() => show()} onIssued={(documentId) => show(documentId)} />
      )}
    </>
  );
}
