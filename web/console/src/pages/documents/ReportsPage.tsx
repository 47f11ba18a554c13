import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { Button, DatePicker, InputNumber, Segmented, Space, Table } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import type { Columns } from '../../parts/ListTable';
import { NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { type ReportAsked, saveReport, useReport } from '../../queries/documents';

const groups = ['site', 'station', 'day', 'month', 'tariff', 'customer_group'] as const;
type Row = Schemas['ReportRow'];

function useColumns(groupBy: Schemas['GroupBy'], hasCost: boolean): Columns<Row> {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number | null, currency: string) => (
    <span className="bc-number">{amount === null ? '–' : format.money(amount, currency)}</span>
  );
  const columns: Columns<Row> = [
    { title: t(`groupBy.${groupBy}`), key: 'name', render: (_, { name }) => name || t('report.without') },
    {
      title: t('report.sessions'),
      key: 'sessions',
      align: 'right',
      sorter: (a, b) => a.sessions - b.sessions,
      render: (_, { sessions }) => <span className="bc-number">{format.number(sessions)}</span>,
    },
    {
      title: t('document.energy'),
      key: 'energy',
      align: 'right',
      sorter: (a, b) => a.energy_wh - b.energy_wh,
      render: (_, { energy_wh: energyWh }) => <span className="bc-number">{format.energy(energyWh)}</span>,
    },
    {
      title: t('document.net'),
      key: 'net',
      align: 'right',
      sorter: (a, b) => a.totals.net - b.totals.net,
      render: (_, { totals, currency }) => money(totals.net, currency),
    },
    {
      title: t('document.gross'),
      key: 'gross',
      align: 'right',
      render: (_, { totals, currency }) => money(totals.gross, currency),
    },
  ];
  if (hasCost)
    columns.push(
      {
        title: t('report.cost'),
        key: 'cost',
        align: 'right',
        render: (_, { electricity_cost: cost, currency }) => money(cost, currency),
      },
      {
        title: t('report.margin'),
        key: 'margin',
        align: 'right',
        sorter: (a, b) => (a.margin ?? 0) - (b.margin ?? 0),
        render: (_, { margin, currency }) => <strong>{money(margin, currency)}</strong>,
      },
    );
  return columns;
}

/** Revenue, energy, cost and margin of a period. */
export function ReportsPage() {
  const { t } = useTranslation();
  const tell = useTell();
  const [groupBy, setGroupBy] = useState<Schemas['GroupBy']>('site');
  const [period, setPeriod] = useState(() => [dayjs().startOf('month'), dayjs().add(1, 'day').startOf('day')] as const);
  const [price, setPrice] = useState<string | null>(null);
  const asked: ReportAsked = {
    group_by: groupBy,
    since: period[0].toISOString(),
    until: period[1].toISOString(),
    ...(price !== null && { electricity_price: price }),
  };
  const { data, error, isPending } = useReport(asked);
  const columns = useColumns(groupBy, price !== null);
  const rows = data ? [...data.rows, ...(data.rows.length > 1 ? data.sums : [])] : [];
  return (
    <>
      <PageHead
        title={t('nav.reports')}
        actions={
          <Space>
            <Button onClick={() => void saveReport(asked, 'csv').catch(tell.problem)}>CSV</Button>
            <Button onClick={() => void saveReport(asked, 'xlsx').catch(tell.problem)}>XLSX</Button>
          </Space>
        }
      >
        {t('report.intro')}
      </PageHead>
      <Panel flush testId="report">
        <div className="bc-filters">
          <Segmented
            value={groupBy}
            onChange={setGroupBy}
            options={groups.map((value) => ({ value, label: t(`groupBy.${value}`) }))}
          />
          <DatePicker.RangePicker
            allowClear={false}
            value={[period[0], period[1].subtract(1, 'day')]}
            aria-label={t('report.period')}
            onChange={(days) => {
              const [first, last] = days ?? [];
              if (first && last) setPeriod([first.startOf('day'), last.add(1, 'day').startOf('day')]);
            }}
          />
          <InputNumber<string>
            stringMode
            min="0"
            max="1000"
            step="0.01"
            style={{ width: 220 }}
            placeholder={t('report.price')}
            aria-label={t('report.price')}
            value={price}
            onChange={setPrice}
          />
        </div>
        {isPending && <Loading rows={8} />}
        {error && !data && <Failure error={error} />}
        {data && rows.length === 0 && <NothingListed isFiltered={false} title={t('report.none')} />}
        {rows.length > 0 && (
          <Table<Row>
            size="middle"
            pagination={false}
            columns={columns}
            dataSource={rows.map((row) =>
              row.key === '' && row.name === '' && data?.sums.includes(row) ? { ...row, name: t('report.sum') } : row,
            )}
            rowKey={(row) => `${row.key}/${row.currency}/${row.name}`}
            scroll={{ x: 'max-content' }}
          />
        )}
      </Panel>
    </>
  );
}
