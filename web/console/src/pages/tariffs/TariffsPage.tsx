import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { usePermits } from '../../queries/me';
import { useTariffs } from '../../queries/tariffs';
import './tariff.css';

const route = getRouteApi('/shell/tariffs');
type Tariff = Schemas['TariffSummary'];
type Search = ReturnType<typeof route.useSearch>;

/** The operator's tariffs. */
export function TariffsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tariffs' });
  const permits = usePermits();
  const list = useTariffs(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const open = (tariffId: string) => void navigate({ to: '/tariffs/$tariffId', params: { tariffId } });
  const columns: Columns<Tariff> = [
    {
      title: t('tariff.name'),
      ...sortable('name', search),
      render: (_, tariff) => (
        <Link to="/tariffs/$tariffId" params={{ tariffId: tariff.tariff_id }} className="bc-link">
          {tariff.name}
        </Link>
      ),
    },
    { title: t('tariff.currency'), key: 'currency', render: (_, tariff) => tariff.currency },
    {
      title: t('tariff.version'),
      key: 'version',
      render: (_, tariff) => (
        <>
          {tariff.retired_at && <Tag>{t('tariff.retired')}</Tag>}
          {tariff.version === 0 ? (
            <Tag>{t('tariff.draft')}</Tag>
          ) : (
            <Tag className="bc-tag-good">{t('tariff.versionNumber', { version: tariff.version })}</Tag>
          )}
          {tariff.version > 0 && tariff.is_draft_new && <Tag className="bc-tag-warn">{t('tariff.draftNew')}</Tag>}
        </>
      ),
    },
    {
      title: t('tariff.validFrom'),
      key: 'valid_from',
      render: (_, tariff) => (
        <span className="bc-number bc-soft">{tariff.valid_from ? format.instant(tariff.valid_from) : ''}</span>
      ),
    },
    {
      title: t('tariff.assignments'),
      key: 'assignments',
      align: 'right',
      render: (_, tariff) => <span className="bc-number">{tariff.assignments}</span>,
    },
    {
      title: t('tariff.changed'),
      ...sortable('changed_at', search),
      align: 'right',
      render: (_, tariff) => <span className="bc-number bc-soft">{format.instant(tariff.changed_at)}</span>,
    },
  ];
  const addButton = permits('manage_prices') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="tariff-create" onClick={() => open('new')}>
      {t('tariff.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="tariffs" title={t('nav.tariffs')} actions={addButton}>
        {t('tariff.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('tariff.search')}
            testId="tariff-search"
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="tariff_id"
          label={t('nav.tariffs')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          onOpen={({ tariff_id: tariffId }) => open(tariffId)}
          testId="tariffs"
          empty={
            <NothingListed isFiltered={Boolean(search.q)} title={t('tariff.none')} action={addButton}>
              {t('tariff.noneText')}
            </NothingListed>
          }
        />
      </Panel>
    </>
  );
}
