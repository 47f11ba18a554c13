import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useOpened } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { usePurchase, usePurchases, useRemovePurchase } from '../../queries/tariffs';
import { PurchaseEdit } from './PurchaseEdit';
import { periods } from './terms';
import './tariff.css';

const route = getRouteApi('/shell/tariffs/purchases');
type Purchase = Schemas['PurchaseTariff'];

/** The prices of a purchase tariff, the highest period first. */
function Prices({ purchase }: { purchase: Purchase }) {
  const { t } = useTranslation();
  return (
    <span className="bc-number">
      {periods
        .filter((period) => purchase.prices[period] !== undefined)
        .map((period) => `${t(`tariff.period.${period}`)} ${purchase.prices[period]}`)
        .join(' · ')}
    </span>
  );
}

/** What electricity costs the operator: the other side of the margin. */
export function PurchasesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tariffs/purchases' });
  const { modal } = App.useApp();
  const permits = usePermits();
  const tell = useTell();
  const remove = useRemovePurchase();
  const list = usePurchases();
  const { data, error } = list;
  const open = (edit?: string) => void navigate({ search: keepGiven({ edit }) });
  const addButton = permits('manage_prices') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => open('new')} data-testid="purchase-create">
      {t('purchase.create')}
    </Button>
  );
  const columns: Columns<Purchase> = [
    {
      title: t('purchase.name'),
      key: 'name',
      render: (_, purchase) => (
        <span className="bc-two-lines">
          <MayLink
            needs="manage_prices"
            to="/tariffs/purchases"
            search={{ edit: purchase.purchase_id }}
            className="bc-link"
          >
            {purchase.name}
          </MayLink>
          <span>{purchase.site_name ?? t('offer.allSites')}</span>
        </span>
      ),
    },
    {
      title: t('purchase.validFrom'),
      key: 'valid-from',
      render: (_, purchase) => <span className="bc-number">{format.day(purchase.valid_from)}</span>,
    },
    {
      title: t('purchase.prices', { currency: '' }).trim(),
      key: 'prices',
      render: (_, purchase) => (
        <span className="bc-two-lines">
          <Prices purchase={purchase} />
          <span>{t('purchase.perKwh', { currency: purchase.currency })}</span>
        </span>
      ),
    },
    {
      title: t('money.deeds'),
      key: 'deeds',
      align: 'right',
      render: (_, purchase) =>
        permits('manage_prices') && (
          <Button
            size="small"
            danger
            data-testid="purchase-remove"
            onClick={() =>
              void modal.confirm({
                title: t('purchase.removeAsk', { name: purchase.name }),
                content: t('purchase.removeText'),
                okText: t('action.delete'),
                okButtonProps: { danger: true },
                onOk: () => remove.mutateAsync(purchase.purchase_id).catch(tell.problem),
              })
            }
          >
            {t('action.delete')}
          </Button>
        ),
    },
  ];
  const asked = search.edit === 'new' ? undefined : search.edit;
  const edited = useOpened('purchase', asked, usePurchase(asked), open);
  return (
    <>
      <PageHead
        title={t('nav.purchases')}
        up={{ label: t('nav.tariffs'), link: { to: '/tariffs' } }}
        actions={addButton}
      >
        {t('purchase.text')}
      </PageHead>
      <Panel flush>
        {!data && (error ? <Failure error={error} /> : <Loading rows={4} />)}
        {data && data.due > 0 && (
          <p className="bc-purchase-due" data-testid="purchase-due">
            <Mark tone="info" shape="clock">
              {t('purchase.due', { count: data.due, sessions: format.number(data.due) })}
            </Mark>
          </p>
        )}
        {data &&
          (data.items.length === 0 ? (
            <NothingListed isFiltered={false} title={t('purchase.none')} action={addButton}>
              {t('purchase.noneText')}
            </NothingListed>
          ) : (
            <Table<Purchase>
              aria-label={t('nav.purchases')}
              data-testid="purchases"
              size="middle"
              pagination={false}
              columns={columns}
              dataSource={data.items}
              rowKey="purchase_id"
              scroll={{ x: 'max-content' }}
            />
          ))}
      </Panel>
      {permits('manage_prices') && (search.edit === 'new' || edited) && (
        <PurchaseEdit key={edited?.purchase_id ?? 'new'} purchase={edited ?? null} onClose={() => open()} />
      )}
    </>
  );
}
