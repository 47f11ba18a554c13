import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Drawer, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useTell } from '../../parts/useTell';
import { useOpened } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { readCoupons, useAllOffers, useCoupon, useCoupons, useCouponUses, useEndCoupon } from '../../queries/offers';
import { CouponBatch } from './CouponBatch';
import './offers.css';

const route = getRouteApi('/shell/offers/coupons');
type Coupon = Schemas['Coupon'];
type Search = ReturnType<typeof route.useSearch>;
const looks = {
  open: { tone: 'good', shape: 'check' },
  usedUp: { tone: 'idle', shape: 'ring' },
  over: { tone: 'idle', shape: 'slash' },
} as const;

function stateOf(coupon: Coupon, nowMillis: number): keyof typeof looks {
  if (coupon.ended_at || (coupon.valid_until && Date.parse(coupon.valid_until) <= nowMillis)) return 'over';
  const isUsedUp = coupon.uses_max !== null && coupon.uses >= coupon.uses_max;
  return isUsedUp || (coupon.budget !== null && coupon.spent >= coupon.budget) ? 'usedUp' : 'open';
}

function useColumns(): Columns<Coupon> {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return [
    {
      title: t('coupon.code'),
      key: 'code',
      render: (_, coupon) => (
        <span className="bc-two-lines">
          <b className="bc-code">{coupon.code}</b>
          <span>{coupon.offer_name}</span>
        </span>
      ),
    },
    {
      title: t('offer.state'),
      key: 'state',
      render: (_, coupon) => {
        const state = stateOf(coupon, now);
        return <Mark {...looks[state]}>{t(`coupon.states.${state}`)}</Mark>;
      },
    },
    {
      title: t('coupon.uses'),
      key: 'uses',
      align: 'right',
      render: (_, { uses, uses_max: most }) => (
        <span className="bc-number">
          {format.number(uses)}
          {most !== null && <span className="bc-soft">{` / ${format.number(most)}`}</span>}
        </span>
      ),
    },
    {
      title: t('coupon.spent'),
      key: 'spent',
      align: 'right',
      render: (_, { spent, budget, currency }) =>
        currency && (
          <span className="bc-number">
            {format.money(spent, currency)}
            {budget !== null && <span className="bc-soft">{` / ${format.money(budget, currency)}`}</span>}
          </span>
        ),
    },
    {
      title: t('offer.until'),
      key: 'until',
      render: (_, { valid_until: until }) => (
        <span className="bc-number bc-soft">{until ? format.instant(until, 'date') : ''}</span>
      ),
    },
  ];
}

/** Who redeemed a coupon, and what it took off. */
function Uses({ coupon }: { coupon: Coupon }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useCouponUses(coupon.coupon_id);
  if (!data) return <Loading rows={3} />;
  if (data.items.length === 0) return <Empty title={t('coupon.unused')} />;
  return (
    <ul className="bc-uses" data-testid="coupon-uses">
      {data.items.map((use) => (
        <li key={use.driver_id}>
          <span className="bc-two-lines">
            <span>{use.driver_name ?? use.driver_id}</span>
            <span className="bc-number">{format.instant(use.redeemed_at)}</span>
          </span>
          {use.session_id ? (
            <Link to="/sessions/$sessionId" params={{ sessionId: use.session_id }} className="bc-link">
              {t('money.openSession')}
            </Link>
          ) : (
            <span className="bc-soft">{t('coupon.waits')}</span>
          )}
          <b className="bc-number">{use.amount && coupon.currency ? format.money(use.amount, coupon.currency) : ''}</b>
        </li>
      ))}
    </ul>
  );
}

function CouponDrawer({ coupon, onClose }: { coupon: Coupon; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const { modal } = App.useApp();
  const permits = usePermits();
  const end = useEndCoupon();
  const { currency } = coupon;
  return (
    <Drawer
      open
      title={<span className="bc-code">{coupon.code}</span>}
      size={520}
      onClose={onClose}
      data-testid="coupon"
      extra={
        permits('manage_prices') &&
        !coupon.ended_at && (
          <Button
            danger
            data-testid="coupon-end"
            onClick={() =>
              void modal.confirm({
                title: t('coupon.endAsk', { code: coupon.code }),
                content: t('coupon.endText'),
                okText: t('coupon.end'),
                okButtonProps: { danger: true },
                onOk: () => end.mutateAsync(coupon.coupon_id).catch(tell.problem),
              })
            }
          >
            {t('coupon.end')}
          </Button>
        )
      }
    >
      <div className="bc-stack">
        <Facts
          lines={[
            {
              label: t('offer.offer'),
              value: (
                <Link to="/offers/$offerId" params={{ offerId: coupon.offer_id }}>
                  {coupon.offer_name}
                </Link>
              ),
            },
            { label: t('coupon.made'), value: format.instant(coupon.created_at) },
            coupon.valid_until !== null && { label: t('offer.until'), value: format.instant(coupon.valid_until) },
            coupon.ended_at !== null && { label: t('coupon.ended'), value: format.instant(coupon.ended_at) },
            coupon.budget !== null &&
              currency !== null && { label: t('coupon.budget'), value: format.money(coupon.budget, currency) },
            currency !== null && { label: t('coupon.spent'), value: format.money(coupon.spent, currency) },
          ]}
        />
        <h2 className="bc-small-head">{t('coupon.redeemed', { count: coupon.uses })}</h2>
        <Uses coupon={coupon} />
      </div>
    </Drawer>
  );
}

/** The coupons that the filters find, as a file for the printer or the mailing. */
function useFile(search: Search): ListFile<Coupon> {
  const { t } = useTranslation();
  const money = (minor: number | null, { currency }: Coupon) =>
    minor === null || currency === null ? null : toMajor(minor, currency);
  return {
    title: t('nav.coupons'),
    read: (part) => readCoupons(search, part),
    fields: [
      [t('coupon.code'), (coupon) => coupon.code],
      [t('offer.offer'), (coupon) => coupon.offer_name],
      [t('coupon.uses'), (coupon) => coupon.uses],
      [t('coupon.usesMax'), (coupon) => coupon.uses_max],
      [t('coupon.spent'), (coupon) => money(coupon.spent, coupon)],
      [t('coupon.budget'), (coupon) => money(coupon.budget, coupon)],
      [t('session.currency'), (coupon) => coupon.currency],
      [t('offer.until'), (coupon) => coupon.valid_until],
      [t('coupon.ended'), (coupon) => coupon.ended_at],
    ],
  };
}

/** Codes that give offers. */
export function CouponsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/offers/coupons' });
  const permits = usePermits();
  const list = useCoupons(search);
  const { data: offers } = useAllOffers();
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const asked = edit === 'new' ? undefined : edit;
  const chosen = useOpened('coupon', asked, useCoupon(asked), () => show());
  const withCoupons = (offers ?? []).filter(({ audience }) => audience === 'coupon');
  const addButton = permits('manage_prices') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="coupon-create" onClick={() => show('new')}>
      {t('coupon.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="coupons" title={t('nav.coupons')} actions={addButton}>
        {t('coupon.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('coupon.search')}
            testId="coupon-search"
          />
          <Select
            allowClear
            style={{ minWidth: 200 }}
            placeholder={t('coupon.allOffers')}
            aria-label={t('offer.offer')}
            value={search.offer}
            onChange={(offer) => change({ offer })}
            options={withCoupons.map(({ offer_id: value, name: label }) => ({ value, label }))}
          />
          <ListTools list="coupons" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="coupon_id"
          label={t('nav.coupons')}
          place={search}
          onPlace={(place) => change(place)}
          onOpen={({ coupon_id: id }) => show(id)}
          testId="coupons"
          empty={
            <NothingListed
              isFiltered={Boolean(search.q || search.offer)}
              names={{ offer: search.offer }}
              onClear={(noun) => change({ [noun]: undefined })}
              title={t('coupon.none')}
              action={addButton}
            >
              {t('coupon.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      {/* Not before the offers are known: the form begins with the first of them. */}
      {edit === 'new' && offers && permits('manage_prices') && (
        <CouponBatch offers={withCoupons} offerId={search.offer} onClose={() => show()} />
      )}
      {chosen && <CouponDrawer coupon={chosen} onClose={() => show()} />}
    </>
  );
}
