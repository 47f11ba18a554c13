import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { usePermits } from '../../queries/me';
import { useOffers } from '../../queries/offers';
import { audiences, stateOf } from './offerValues';
import { useOfferWords } from './useOfferWords';

const route = getRouteApi('/shell/offers');
type Offer = Schemas['Offer'];
type Search = ReturnType<typeof route.useSearch>;
const looks = {
  planned: { tone: 'info', shape: 'clock' },
  running: { tone: 'good', shape: 'check' },
  over: { tone: 'idle', shape: 'ring' },
} as const;

function useColumns(): Columns<Offer> {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const words = useOfferWords();
  return [
    {
      title: t('offer.name'),
      key: 'name',
      render: (_, offer) => (
        <span className="bc-two-lines">
          <Link to="/offers/$offerId" params={{ offerId: offer.offer_id }} className="bc-link">
            {offer.name}
          </Link>
          <span>{words(offer.terms, offer.currency)}</span>
        </span>
      ),
    },
    {
      title: t('offer.whose'),
      key: 'whose',
      render: (_, { audience, site_ids: sites }) => (
        <span className="bc-two-lines">
          <span>{t(`offer.audience.${audience}`)}</span>
          {sites.length > 0 && <span>{t('offer.atSites', { count: sites.length })}</span>}
        </span>
      ),
    },
    {
      title: t('offer.state'),
      key: 'state',
      render: (_, offer) => {
        const state = stateOf(offer, now);
        return <Mark {...looks[state]}>{t(`offer.states.${state}`)}</Mark>;
      },
    },
    {
      title: t('offer.period'),
      key: 'period',
      render: (_, { valid_from: from, valid_until: until }) => (
        <span className="bc-number bc-soft">
          {format.instant(from, 'date')}
          {until && ` – ${format.instant(until, 'date')}`}
        </span>
      ),
    },
    {
      title: t('offer.sessions'),
      key: 'sessions',
      align: 'right',
      render: (_, { sessions }) => <span className="bc-number">{format.number(sessions)}</span>,
    },
    {
      title: t('offer.given'),
      key: 'given',
      align: 'right',
      render: (_, { given }) => (
        <span className="bc-number">
          {given.map(({ amount, currency }) => format.money(amount, currency)).join(' · ') || '–'}
        </span>
      ),
    },
  ];
}

/** What takes something off prices. */
export function OffersPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/offers' });
  const permits = usePermits();
  const list = useOffers(search);
  const columns = useColumns();
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const open = (offerId: string) => void navigate({ to: '/offers/$offerId', params: { offerId } });
  const addButton = permits('manage_prices') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="offer-create" onClick={() => open('new')}>
      {t('offer.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="offers" title={t('nav.offers')} actions={addButton}>
        {t('offer.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox value={search.q} onSearch={(q) => change({ q })} label={t('offer.search')} testId="offer-search" />
          <Select
            allowClear
            style={{ minWidth: 200 }}
            placeholder={t('offer.allAudiences')}
            aria-label={t('offer.whose')}
            value={search.audience}
            onChange={(audience) => change({ audience })}
            options={audiences.map((value) => ({ value, label: t(`offer.audience.${value}`) }))}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="offer_id"
          label={t('nav.offers')}
          place={search}
          onPlace={(place) => change(place)}
          onOpen={({ offer_id: offerId }) => open(offerId)}
          testId="offers"
          empty={
            <NothingListed isFiltered={Boolean(search.q || search.audience)} title={t('offer.none')} action={addButton}>
              {t('offer.noneText')}
            </NothingListed>
          }
        />
      </Panel>
    </>
  );
}
