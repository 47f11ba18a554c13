import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, DatePicker, Form, Segmented, Select, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { settlementStates } from '../../app/search';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { readSettlements, useRun, useSettlements, useSettlementTerms } from '../../queries/settlement';
import { useToday } from '../../queries/today';
import { MakePayout } from './MakePayout';
import { PayoutsPanel } from './PayoutsPanel';
import { toneOf } from './shares';
import { useWritePeriod } from './useWritePeriod';

const route = getRouteApi('/shell/settlements');
type Settlement = Schemas['Settlement'];

function RunDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const run = useRun();
  const { data: terms } = useSettlementTerms();
  const today = useToday();
  const period = terms?.period ?? 'month';
  return (
    <EditDrawer<{ period: Schemas['PeriodKind']; day: Dayjs }>
      key={`${period} ${today.format('YYYY-MM-DD')}`}
      title={t('settlement.run')}
      isOpen={isOpen}
      onClose={onClose}
      initial={{ period, day: today.subtract(1, period) }}
      save={async ({ period, day }) => {
        const { settlements } = await run.mutateAsync({ period, day: day.format('YYYY-MM-DD') });
        tell.done(t('settlement.ran', { count: settlements.length }));
        onClose();
      }}
      saveLabel={t('settlement.make')}
      testId="run-form"
    >
      <p className="bc-soft">{t('settlement.runText')}</p>
      <Form.Item name="period" label={t('settlement.period')}>
        <Segmented
          options={[
            { value: 'month', label: t('settlement.periods.month') },
            { value: 'week', label: t('settlement.periods.week') },
          ]}
        />
      </Form.Item>
      <Form.Item name="day" label={t('settlement.day')} extra={t('settlement.dayHint')} rules={[{ required: true }]}>
        <DatePicker allowClear={false} style={{ width: '100%' }} data-testid="run-form-day" />
      </Form.Item>
    </EditDrawer>
  );
}

function useColumns(): Columns<Settlement> {
  const { t } = useTranslation();
  const format = useFormat();
  const writePeriod = useWritePeriod();
  return [
    {
      title: t('settlement.payee'),
      key: 'payee',
      render: (_, one) => (
        <span className="bc-two-lines">
          <Link to="/settlements/$settlementId" params={{ settlementId: one.settlement_id }} className="bc-link">
            {one.payee_name}
          </Link>
          <span className="bc-code">{one.reference}</span>
        </span>
      ),
    },
    {
      title: t('settlement.period'),
      key: 'period',
      render: (_, one) => <span className="bc-number">{writePeriod(one)}</span>,
    },
    {
      title: t('settlement.state'),
      key: 'state',
      render: (_, { state }) => <Tag color={toneOf(state)}>{t(`settlement.states.${state}`)}</Tag>,
    },
    {
      title: t('settlement.amount'),
      key: 'amount',
      align: 'right',
      render: (_, one) => <span className="bc-number">{format.money(one.amount, one.currency)}</span>,
    },
    {
      title: t('settlement.payable'),
      key: 'payable',
      align: 'right',
      render: (_, one) => <strong className="bc-number">{format.money(one.payable, one.currency)}</strong>,
    },
  ];
}

type Search = ReturnType<typeof route.useSearch>;

function useFile(search: Search): ListFile<Settlement> {
  const { t } = useTranslation();
  return {
    title: t('nav.settlements'),
    read: (part) => readSettlements(search, part),
    fields: [
      [t('settlement.reference'), (one) => one.reference],
      [t('settlement.payee'), (one) => one.payee_name],
      [t('offer.from'), (one) => one.since],
      [t('offer.until'), (one) => one.until],
      [t('settlement.state'), ({ state }) => t(`settlement.states.${state}`)],
      [t('settlement.amount'), ({ amount, currency }) => toMajor(amount, currency)],
      [t('settlement.payable'), ({ payable, currency }) => toMajor(payable, currency)],
      [t('session.currency'), (one) => one.currency],
    ],
  };
}

/** What payees get, period by period, and how they are paid. */
export function SettlementsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/settlements' });
  const permits = usePermits();
  const list = useSettlements(search);
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const [isRunning, setRunning] = useState(false);
  const [isPaying, setPaying] = useState(false);
  const mayManage = permits('manage_money');
  return (
    <>
      <PageHead
        page="settlements"
        title={t('nav.settlements')}
        actions={
          mayManage && (
            <>
              <Button onClick={() => setPaying(true)} data-testid="payout-make">
                {t('settlement.payOut')}
              </Button>
              <Button type="primary" onClick={() => setRunning(true)} data-testid="settlement-run">
                {t('settlement.run')}
              </Button>
            </>
          )
        }
      >
        {t('settlement.intro')}
      </PageHead>
      <div className="bc-stack">
        <Panel flush>
          <div className="bc-filters">
            <Select
              allowClear
              style={{ minWidth: 200 }}
              placeholder={t('settlement.anyState')}
              aria-label={t('settlement.state')}
              value={search.state}
              onChange={(state) => change({ state })}
              options={settlementStates.map((value) => ({ value, label: t(`settlement.states.${value}`) }))}
            />
            <ListTools
              list="settlements"
              columns={columns}
              place={search}
              onHide={(hide) => change({ hide })}
              file={file}
            />
          </div>
          <ListTable
            list={list}
            columns={columns}
            rowKey="settlement_id"
            label={t('nav.settlements')}
            place={search}
            onPlace={({ sort: _sort, ...place }) => change(place)}
            onOpen={({ settlement_id: settlementId }) =>
              void navigate({ to: '/settlements/$settlementId', params: { settlementId } })
            }
            testId="settlements"
            empty={
              <NothingListed isFiltered={search.state !== undefined} title={t('settlement.none')}>
                {t('settlement.noneText')}
              </NothingListed>
            }
          />
        </Panel>
        <PayoutsPanel />
      </div>
      <RunDrawer isOpen={isRunning} onClose={() => setRunning(false)} />
      <MakePayout isOpen={isPaying} onClose={() => setPaying(false)} />
    </>
  );
}
