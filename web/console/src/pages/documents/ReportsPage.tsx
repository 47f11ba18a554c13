import { MailOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, DatePicker, InputNumber, Segmented, Select, Space, Table } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { reportFigures, reportGroups } from '../../app/search';
import { Bars } from '../../parts/Bars';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import type { Columns } from '../../parts/ListTable';
import { NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useGroupOptions } from '../../queries/access';
import { type ReportAsked, saveReport, useReport } from '../../queries/documents';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useTariffOptions } from '../../queries/tariffs';
import './documents.css';

const route = getRouteApi('/shell/reports');
const DAY = 'YYYY-MM-DD';

type Row = Schemas['ReportRow'];
type Search = ReturnType<typeof route.useSearch>;
/** Changes the address: what it says is what the page shows. */
type Change = (changed: { [Key in keyof Search]: Search[Key] | undefined }) => void;

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

/** Only the sessions of a site, a tariff, a group of customers. */
function ReportFilters({ chosen, onChoose }: { chosen: Search; onChoose: Change }) {
  const { t } = useTranslation();
  const options = { site: useSiteOptions(), tariff: useTariffOptions(), group: useGroupOptions() };
  const names = { site: t('groupBy.site'), tariff: t('groupBy.tariff'), group: t('groupBy.customer_group') };
  return (
    <>
      {(['site', 'tariff', 'group'] as const).map((filter) => (
        <Select
          key={filter}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          style={{ minWidth: 170 }}
          placeholder={names[filter]}
          aria-label={names[filter]}
          options={options[filter]}
          value={chosen[filter]}
          onChange={(value: string | undefined) => onChoose({ [filter]: value })}
        />
      ))}
    </>
  );
}

type Metric = (typeof reportFigures)[number];

function measure(row: Row, metric: Metric): number {
  return { gross: row.totals.gross, energy: row.energy_wh, sessions: row.sessions, margin: row.margin ?? 0 }[metric];
}

interface ChartProps {
  rows: readonly Row[];
  hasCost: boolean;
  search: Search;
  onChoose: Change;
}

/** The rows as lengths: one figure at a time, of one currency. */
function Chart({ rows, hasCost, search, onChoose }: ChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const currency = currencies.find((each) => each === search.currency) ?? currencies[0] ?? 'EUR';
  const offered = reportFigures.filter((metric) => metric !== 'margin' || hasCost);
  const metric = offered.find((each) => each === search.figure) ?? 'gross';
  const words = (row: Row) => {
    if (metric === 'energy') return format.energy(row.energy_wh);
    if (metric === 'sessions') return format.number(row.sessions);
    return format.money(measure(row, metric), currency);
  };
  return (
    <div className="bc-report-chart">
      <div className="bc-report-choose">
        <Segmented
          value={metric}
          onChange={(figure) => onChoose({ figure })}
          options={offered.map((value) => ({ value, label: t(`report.metric.${value}`) }))}
        />
        {currencies.length > 1 && (
          <Segmented
            value={currency}
            onChange={(chosen) => onChoose({ currency: chosen })}
            options={currencies.map((value) => ({ value, label: value }))}
          />
        )}
      </div>
      <Bars
        label={t(`report.metric.${metric}`)}
        bars={rows
          .filter((row) => row.currency === currency)
          .map((row) => ({
            key: row.key,
            label: row.name || t('report.without'),
            values: [measure(row, metric)],
            text: words(row),
          }))}
      />
    </div>
  );
}

/** Revenue, energy, cost and margin of a period. */
export function ReportsPage() {
  const { t } = useTranslation();
  const tell = useTell();
  const permits = usePermits();
  const navigate = useNavigate();
  const search = route.useSearch();
  const change: Change = (changed) =>
    void navigate({
      to: '/reports',
      search: keepGiven({ ...search, ...changed }) as Search,
      replace: true,
      resetScroll: false,
    });
  const groupBy = search.by ?? 'site';
  const first = search.from ? dayjs(search.from) : dayjs().startOf('month');
  const last = search.to ? dayjs(search.to) : dayjs().startOf('day');
  const asked: ReportAsked = {
    group_by: groupBy,
    since: first.toISOString(),
    until: last.add(1, 'day').toISOString(),
    ...(search.price && { electricity_price: search.price }),
    ...(search.site && { site_id: search.site }),
    ...(search.tariff && { tariff_id: search.tariff }),
    ...(search.group && { customer_group: search.group }),
  };
  const { data, error, isPending } = useReport(asked);
  const format = useFormat();
  const hasCost = data?.sums.some(({ electricity_cost: cost }) => cost !== null) ?? false;
  const columns = useColumns(groupBy, hasCost);
  const energyWh = data?.sums.reduce((sum, row) => sum + row.energy_wh, 0) ?? 0;
  const costedWh = data?.sums.reduce((sum, row) => sum + row.costed_wh, 0) ?? 0;
  const rows = data ? [...data.rows, ...(data.rows.length > 1 ? data.sums : [])] : [];
  return (
    <>
      <PageHead
        title={t('nav.reports')}
        actions={
          <Space>
            {permits('manage_prices') && (
              <Button
                icon={<MailOutlined />}
                data-testid="to-schedules"
                onClick={() => void navigate({ to: '/reports/schedules' })}
              >
                {t('schedule.title')}
              </Button>
            )}
            <Button onClick={() => void saveReport(asked, 'pdf').catch(tell.problem)} data-testid="report-pdf">
              PDF
            </Button>
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
            onChange={(by) => change({ by })}
            options={reportGroups.map((value) => ({ value, label: t(`groupBy.${value}`) }))}
          />
          <DatePicker.RangePicker
            allowClear={false}
            value={[first, last]}
            aria-label={t('report.period')}
            onChange={(days) => {
              const [from, to] = days ?? [];
              if (from && to) change({ from: from.format(DAY), to: to.format(DAY) });
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
            value={search.price ?? null}
            onChange={(price) => change({ price: price ?? undefined })}
          />
          <ReportFilters chosen={search} onChoose={change} />
        </div>
        {isPending && <Loading rows={8} />}
        {error && !data && <Failure error={error} />}
        {data && rows.length === 0 && (
          <NothingListed
            isFiltered={false}
            names={{ site: search.site, tariff: search.tariff, group: search.group }}
            onClear={(noun) => change({ [noun]: undefined })}
            title={t('report.none')}
          >
            {t('report.noneText')}
          </NothingListed>
        )}
        {data && data.rows.length > 0 && (
          <Chart
            rows={data.rows}
            hasCost={data.rows.some(({ margin }) => margin !== null)}
            search={search}
            onChoose={change}
          />
        )}
        {hasCost && costedWh < energyWh && (
          <p className="bc-report-note" data-testid="report-costed">
            {t('report.costed', { percent: `${format.number((costedWh / energyWh) * 100, 1)} %` })}
          </p>
        )}
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
