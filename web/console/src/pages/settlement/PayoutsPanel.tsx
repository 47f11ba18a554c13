import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { App, Button, Drawer, Popconfirm, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { type Columns, NothingListed } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { savePayout, useCancelPayout, usePayout, usePayouts, useSettlementDeed } from '../../queries/settlement';
import { useToday } from '../../queries/today';
import { toneOf } from './shares';

type Payout = Schemas['Payout'];
type Entry = Schemas['PayoutEntry'];

function useEntryColumns(payout: Schemas['PayoutDetail'] | undefined): Columns<Entry> {
  const { t } = useTranslation();
  const format = useFormat();
  const { modal } = App.useApp();
  const tell = useTell();
  const deed = useSettlementDeed();
  const permits = usePermits();
  const today = useToday();
  return [
    {
      title: t('settlement.payee'),
      key: 'payee',
      render: (_, entry) => (
        <span className="bc-two-lines">
          <Link to="/settlements/$settlementId" params={{ settlementId: entry.settlement_id }} className="bc-link">
            {entry.payee_name}
          </Link>
          <span className="bc-code">{entry.iban || entry.account}</span>
        </span>
      ),
    },
    {
      title: t('settlement.state'),
      key: 'state',
      render: (_, { state }) => <Tag color={toneOf(state)}>{t(`settlement.states.${state}`)}</Tag>,
    },
    {
      title: t('settlement.payable'),
      key: 'amount',
      align: 'right',
      render: (_, entry) => <span className="bc-number">{payout && format.money(entry.amount, payout.currency)}</span>,
    },
    {
      title: <span className="bb-visually-hidden">{t('money.deeds')}</span>,
      key: 'deeds',
      align: 'right',
      render: (_, { settlement_id: settlementId, state }) =>
        state === 'paying' &&
        permits('manage_money') && (
          <Button
            size="small"
            data-testid="entry-paid"
            onClick={() =>
              void modal.confirm({
                title: t('settlement.paidAsk'),
                content: t('settlement.paidText'),
                okText: t('settlement.markPaid'),
                onOk: () =>
                  deed
                    .mutateAsync({ settlementId, deed: 'paid', paidOn: today.format('YYYY-MM-DD') })
                    .catch(tell.problem),
              })
            }
          >
            {t('settlement.markPaid')}
          </Button>
        ),
    },
  ];
}

function PayoutDrawer({ payoutId, onClose }: { payoutId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const cancel = useCancelPayout();
  const { data: payout, error } = usePayout(payoutId);
  const columns = useEntryColumns(payout);
  const canCancel = payout && !payout.is_cancelled && payout.entries.every(({ state }) => state === 'paying');
  return (
    <Drawer
      title={payout?.reference ?? ''}
      open={payoutId !== undefined}
      onClose={onClose}
      size={640}
      data-testid="payout"
      extra={
        payout &&
        permits('manage_money') && (
          <Space wrap>
            <Button
              onClick={() => void savePayout(payout, 'sepa').catch(tell.problem)}
              disabled={payout.is_cancelled}
              data-testid="payout-sepa"
            >
              SEPA XML
            </Button>
            <Button onClick={() => void savePayout(payout, 'csv').catch(tell.problem)}>CSV</Button>
            {canCancel && (
              <Popconfirm
                title={t('settlement.cancelPayout')}
                onConfirm={() => cancel.mutate(payout.payout_id, { onError: tell.problem })}
              >
                <Button danger>{t('settlement.giveUp')}</Button>
              </Popconfirm>
            )}
          </Space>
        )
      }
    >
      {error && <Failure error={error} />}
      {!payout && !error && <Loading rows={4} />}
      {payout && (
        <>
          <Facts
            columns={2}
            lines={[
              { label: t('settlement.executionOn'), value: format.day(payout.execution_on) },
              { label: t('settlement.payable'), value: format.money(payout.amount, payout.currency) },
              { label: t('settlement.payer'), value: payout.payer_name },
              { label: 'IBAN', value: payout.payer_iban, code: true },
            ]}
          />
          <Table<Entry>
            aria-label={t('nav.settlements')}
            dataSource={payout.entries}
            columns={columns}
            rowKey="settlement_id"
            size="middle"
            pagination={false}
            scroll={{ x: 'max-content' }}
            style={{ marginTop: 16 }}
          />
        </>
      )}
    </Drawer>
  );
}

/** Pay-outs that were made, the newest first. */
export function PayoutsPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, setOpened] = useState<string>();
  const { data, error, isPending } = usePayouts();
  const columns: Columns<Payout> = [
    {
      title: t('settlement.payout'),
      key: 'reference',
      render: (_, payout) => (
        <Button type="link" className="bc-code" style={{ padding: 0 }} onClick={() => setOpened(payout.payout_id)}>
          {payout.reference}
        </Button>
      ),
    },
    {
      title: t('settlement.executionOn'),
      key: 'day',
      render: (_, payout) => <span className="bc-number">{format.day(payout.execution_on)}</span>,
    },
    {
      title: t('settlement.payments'),
      key: 'count',
      align: 'right',
      render: (_, payout) => <span className="bc-number">{format.number(payout.count)}</span>,
    },
    {
      title: t('settlement.payable'),
      key: 'amount',
      align: 'right',
      render: (_, payout) => <span className="bc-number">{format.money(payout.amount, payout.currency)}</span>,
    },
    {
      title: t('settlement.state'),
      key: 'state',
      render: (_, payout) => payout.is_cancelled && <Tag>{t('settlement.states.cancelled')}</Tag>,
    },
  ];
  return (
    <Panel title={t('settlement.payouts')} flush testId="payouts">
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && (
        <NothingListed isFiltered={false} title={t('settlement.noPayouts')}>
          {t('settlement.noPayoutsText')}
        </NothingListed>
      )}
      {data && data.items.length > 0 && (
        <Table<Payout>
          aria-label={t('settlement.payouts')}
          dataSource={data.items}
          columns={columns}
          rowKey="payout_id"
          size="middle"
          pagination={false}
          scroll={{ x: 'max-content' }}
        />
      )}
      <PayoutDrawer payoutId={opened} onClose={() => setOpened(undefined)} />
    </Panel>
  );
}
