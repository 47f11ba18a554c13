import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { readCompanies, useCompanies } from '../../queries/companies';
import { useMe, usePermits } from '../../queries/me';
import { useOwnCurrency } from '../../queries/tariffs';
import { CompanyEdit } from './CompanyEdit';

const route = getRouteApi('/shell/companies');
type Company = Schemas['Company'];
type Search = ReturnType<typeof route.useSearch>;

function useFile(search: Search, currency: string): ListFile<Company> {
  const { t } = useTranslation();
  return {
    title: t('nav.companies'),
    read: (part) => readCompanies(search, part),
    fields: [
      ['ID', (company) => company.company_id],
      [t('company.name'), (company) => company.name],
      [t('company.state'), (company) => (company.is_active ? t('company.active') : t('company.inactive'))],
      [t('company.drivers'), (company) => company.driver_count],
      [t('company.owed'), (company) => toMajor(company.owed, currency)],
      [t('session.currency'), () => currency],
      [t('company.since'), (company) => company.created_at],
    ],
  };
}

/** Companies and fleets: whose drivers charge at their expense. */
export function CompaniesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/companies' });
  const permits = usePermits();
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id) ?? 'EUR';
  const list = useCompanies(search);
  const file = useFile(search, currency);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const open = (companyId: string) => void navigate({ to: '/companies/$companyId', params: { companyId } });
  const columns: Columns<Company> = [
    {
      title: t('company.name'),
      key: 'name',
      render: (_, company) => (
        <Link to="/companies/$companyId" params={{ companyId: company.company_id }} className="bc-link">
          {company.name}
        </Link>
      ),
    },
    {
      title: t('company.state'),
      key: 'state',
      render: (_, { is_active: isActive }) => (
        <Mark tone={isActive ? 'good' : 'idle'} shape={isActive ? 'check' : 'slash'}>
          {isActive ? t('company.active') : t('company.inactive')}
        </Mark>
      ),
    },
    {
      title: t('company.drivers'),
      key: 'drivers',
      align: 'right',
      render: (_, company) => <span className="bc-number">{format.number(company.driver_count)}</span>,
    },
    {
      title: t('company.owed'),
      key: 'owed',
      align: 'right',
      render: (_, company) => <span className="bc-number">{format.money(company.owed, currency)}</span>,
    },
    {
      title: t('company.since'),
      key: 'since',
      align: 'right',
      render: (_, company) => <span className="bc-number bc-soft">{format.instant(company.created_at, 'date')}</span>,
    },
  ];
  const addButton = permits('manage_money') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="company-create" onClick={() => show('new')}>
      {t('company.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="companies" title={t('nav.companies')} actions={addButton}>
        {t('company.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('company.search')}
            testId="company-search"
          />
          <ListTools
            list="companies"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="company_id"
          label={t('nav.companies')}
          place={search}
          onPlace={(place) => change(place)}
          onOpen={({ company_id: companyId }) => open(companyId)}
          testId="companies"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('company.none')} action={addButton}>
              {t('company.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      {edit === 'new' && permits('manage_money') && (
        <CompanyEdit company={undefined} onClose={() => show()} onMade={open} />
      )}
    </>
  );
}
