import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { readPayments, usePayments } from '../../queries/payments';
import { PaymentDrawer } from './PaymentDrawer';
import { paymentStates, toneOf } from './tone';

const route = getRouteApi('/shell/payments');
type Payment = Schemas['Payment'];
type Search = ReturnType<typeof route.useSearch>;

function useColumns(search: Search): Columns<Payment> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('payment.created'),
      ...sortable('created_at', search),
      render: (_, payment) => (
        <span className="bc-two-lines">
          <span className="bc-number">{format.instant(payment.created_at, 'dateTime')}</span>
          <span className="bc-code">{payment.payment_id.slice(-8)}</span>
        </span>
      ),
    },
    {
      title: t('payment.purpose'),
      key: 'purpose',
      render: (_, { purpose, driver_name: name }) => (
        <span className="bc-two-lines">
          <span>{t(`payment.purposes.${purpose}`)}</span>
          <span data-verbatim>{name}</span>
        </span>
      ),
    },
    {
      title: t('payment.provider'),
      key: 'provider',
      render: (_, payment) => (
        <span className="bc-two-lines">
          <span>{t(`payment.providers.${payment.provider}`)}</span>
          <span>{payment.method_label}</span>
        </span>
      ),
    },
    {
      title: t('payment.state'),
      key: 'state',
      render: (_, { state }) => <Mark {...toneOf(state)}>{t(`payment.states.${state}`)}</Mark>,
    },
    {
      title: t('payment.amount'),
      key: 'amount',
      align: 'right',
      render: (_, { amount, currency }) => <span className="bc-number">{format.money(amount, currency)}</span>,
    },
    {
      title: t('payment.captured'),
      key: 'captured',
      align: 'right',
      responsive: ['lg'],
      render: (_, { captured, refunded, currency }) => (
        <span className="bc-number bc-soft">{format.money(captured - refunded, currency)}</span>
      ),
    },
  ];
}

function useFile(search: Search): ListFile<Payment> {
  const { t } = useTranslation();
  return {
    title: t('nav.payments'),
    read: (part) => readPayments(search, part),
    fields: [
      ['ID', (payment) => payment.payment_id],
      [t('payment.created'), (payment) => payment.created_at],
      [t('payment.purpose'), ({ purpose }) => t(`payment.purposes.${purpose}`)],
      [t('driver.driver'), (payment) => payment.driver_name],
      [t('payment.provider'), ({ provider }) => t(`payment.providers.${provider}`)],
      [t('payment.method'), (payment) => payment.method_label],
      [t('payment.ref'), (payment) => payment.provider_ref],
      [t('payment.state'), ({ state }) => t(`payment.states.${state}`)],
      [t('payment.amount'), ({ amount, currency }) => toMajor(amount, currency)],
      [t('payment.captured'), ({ captured, currency }) => toMajor(captured, currency)],
      [t('payment.refunded'), ({ refunded, currency }) => toMajor(refunded, currency)],
      [t('session.currency'), (payment) => payment.currency],
    ],
  };
}

/** What payers paid at providers, and how each payment stands. */
export function PaymentsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/payments' });
  const columns = useColumns(search);
  const list = usePayments(search);
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  return (
    <>
      <PageHead page="payments" title={t('nav.payments')}>
        {t('payment.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('payment.search')}
            testId="payment-search"
          />
          <Select
            allowClear
            value={search.state}
            placeholder={t('payment.state')}
            aria-label={t('payment.state')}
            style={{ minWidth: 180 }}
            options={paymentStates.map((value) => ({ value, label: t(`payment.states.${value}`) }))}
            onChange={(state?: string) => change({ state })}
          />
          <ListTools list="payments" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="payment_id"
          label={t('nav.payments')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          onOpen={({ payment_id: id }) => show(id)}
          testId="payments"
          empty={
            <NothingListed isFiltered={Boolean(search.q || search.state)} title={t('payment.none')}>
              {t('payment.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      {edit && <PaymentDrawer paymentId={edit} onClose={() => show()} />}
    </>
  );
}
