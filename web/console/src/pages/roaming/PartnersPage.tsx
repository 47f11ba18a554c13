import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useOpened } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { useOwnParty, usePartner, usePartners } from '../../queries/roaming';
import { CdrsPanel } from './CdrsPanel';
import { OwnPartyDrawer } from './OwnPartyDrawer';
import { PartnerDrawer } from './PartnerDrawer';

const route = getRouteApi('/shell/partners');
type Partner = Schemas['Partner'];

function useColumns(): Columns<Partner> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { title: t('roaming.partner'), key: 'name', render: (_, partner) => partner.name },
    {
      title: t('roaming.party'),
      key: 'party',
      render: (_, partner) => (
        <span className="bc-code">
          {partner.country_code} {partner.party_id}
        </span>
      ),
    },
    {
      title: t('roaming.state'),
      key: 'state',
      render: (_, { is_active: isActive }) => (
        <Mark tone={isActive ? 'good' : 'idle'} shape={isActive ? 'check' : 'slash'}>
          {isActive ? t('roaming.active') : t('roaming.inactive')}
        </Mark>
      ),
    },
    {
      title: t('roaming.tokens'),
      key: 'tokens',
      align: 'right',
      render: (_, partner) => <span className="bc-number">{format.number(partner.token_count)}</span>,
    },
  ];
}

/** Roaming partners, and the records of their sessions. */
export function PartnersPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/partners' });
  const permits = usePermits();
  const list = usePartners(search);
  const columns = useColumns();
  const { data: own } = useOwnParty();
  const { q, after: _after, page: _page, sort: _sort, hide: _hide, edit: _edit, ...records } = search;
  const edit = (chosen?: string) =>
    void navigate({ search: keepGiven({ ...search, edit: chosen }), resetScroll: false });
  const mayManage = permits('manage_prices');
  const asked = mayManage && search.edit !== 'new' && search.edit !== 'own' ? search.edit : undefined;
  const opened = useOpened('partner', asked, usePartner(asked), edit);
  const edited = search.edit === 'new' ? 'new' : opened;
  return (
    <>
      <PageHead
        page="partners"
        title={t('nav.partners')}
        actions={
          mayManage && (
            <>
              <Button onClick={() => edit('own')} data-testid="own-party">
                {own?.party_id ? `${t('roaming.own')}: ${own.country_code} ${own.party_id}` : t('roaming.own')}
              </Button>
              <Button type="primary" icon={<PlusOutlined />} onClick={() => edit('new')} data-testid="partner-create">
                {t('roaming.add')}
              </Button>
            </>
          )
        }
      >
        {t('roaming.text')}
      </PageHead>
      <div className="bc-stack">
        <Panel flush>
          <div className="bc-filters">
            <SearchBox
              value={search.q}
              onSearch={(q) => void navigate({ search: keepGiven({ ...records, q }) })}
              label={t('roaming.search')}
              testId="partner-search"
            />
          </div>
          <ListTable
            list={list}
            columns={columns}
            rowKey="partner_id"
            label={t('nav.partners')}
            place={search}
            onPlace={(place) => void navigate({ search: keepGiven({ ...records, q, ...place, sort: undefined }) })}
            {...(mayManage && { onOpen: ({ partner_id: id }: Partner) => edit(id) })}
            testId="partners"
            empty={
              <NothingListed isFiltered={Boolean(search.q)} title={t('roaming.none')}>
                {t('roaming.noneText')}
              </NothingListed>
            }
          />
        </Panel>
        {permits('read_money') && <CdrsPanel />}
      </div>
      <PartnerDrawer edited={(mayManage && edited) || null} onClose={() => edit()} />
      <OwnPartyDrawer isOpen={mayManage && search.edit === 'own'} onClose={() => edit()} />
    </>
  );
}
