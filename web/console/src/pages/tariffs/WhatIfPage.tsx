import { DownloadOutlined, PlayCircleOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, minorDigits, useFormat } from '@busbar/kit';
import type { SheetFormat } from '@busbar/kit/export';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, DatePicker, Dropdown, Form, Progress, Segmented, Select, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bars } from '../../parts/Bars';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import type { Columns } from '../../parts/ListTable';
import { toMajorText } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useAskWhatIf, useTariffOptions, useWhatIf, useWhatIfs } from '../../queries/tariffs';
import './tariff.css';

const route = getRouteApi('/shell/tariffs/what-if');
type WhatIf = Schemas['WhatIf'];
type Sum = Schemas['WhatIfSum'];
const groups = ['site', 'hour', 'group'] as const;
type Group = (typeof groups)[number];
const rowsOf = (question: WhatIf, group: Group) =>
  ({ site: question.by_site, hour: question.by_hour, group: question.by_group })[group];

interface Values {
  tariff_id: string;
  period: [Dayjs, Dayjs];
  site_id?: string | null;
}

/** Which sessions, and under which tariff's draft. */
function Ask({ tariffId, onAsked }: { tariffId: string | undefined; onAsked: (whatIfId: string) => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const tariffs = useTariffOptions();
  const sites = useSiteOptions();
  const ask = useAskWhatIf();
  const start = async ({ tariff_id: id, period: [first, last], site_id: siteId }: Values) => {
    try {
      const asked = await ask.mutateAsync({
        tariffId: id,
        body: {
          since: first.startOf('day').toISOString(),
          until: last.add(1, 'day').startOf('day').toISOString(),
          site_id: siteId ?? null,
        },
      });
      onAsked(asked.what_if_id);
    } catch (error) {
      tell.problem(error);
    }
  };
  return (
    <Form<Values>
      layout="vertical"
      className="bc-what-if-ask"
      initialValues={{ ...(tariffId && { tariff_id: tariffId }), period: [dayjs().subtract(30, 'day'), dayjs()] }}
      onFinish={(values) => void start(values)}
    >
      <Form.Item name="tariff_id" label={t('whatIf.tariff')} rules={[{ required: true, message: t('form.required') }]}>
        <Select options={tariffs} showSearch={{ optionFilterProp: 'label' }} data-testid="what-if-tariff" />
      </Form.Item>
      <Form.Item name="period" label={t('whatIf.period')} rules={[{ required: true, message: t('form.required') }]}>
        <DatePicker.RangePicker allowClear={false} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="site_id" label={t('tariff.subject.site')}>
        <Select allowClear options={sites} placeholder={t('offer.allSites')} />
      </Form.Item>
      <Button
        type="primary"
        htmlType="submit"
        icon={<PlayCircleOutlined />}
        loading={ask.isPending}
        data-testid="what-if-start"
      >
        {t('whatIf.start')}
      </Button>
    </Form>
  );
}

/** A difference in words and by its sign: more for the operator, or less. */
function Difference({ sum, currency }: { sum: Sum; currency: string }) {
  const format = useFormat();
  const change = sum.after - sum.before;
  const percent = sum.before ? ` (${change > 0 ? '+' : ''}${format.number((change / sum.before) * 100, 1)} %)` : '';
  return (
    <span className="bc-number" data-change={Math.sign(change)}>
      {change > 0 && '+'}
      {format.money(change, currency)}
      <span className="bc-soft">{percent}</span>
    </span>
  );
}

function Totals({ question }: { question: WhatIf }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { sum, currency } = question;
  return (
    <dl className="bc-sums" data-testid="what-if-sum">
      <div>
        <dt>{t('whatIf.was')}</dt>
        <dd className="bc-number">{format.money(sum.before, currency)}</dd>
      </div>
      <div>
        <dt>{t('whatIf.wouldBe')}</dt>
        <dd className="bc-number">{format.money(sum.after, currency)}</dd>
      </div>
      <div>
        <dt>{t('whatIf.difference')}</dt>
        <dd>
          <Difference sum={sum} currency={currency} />
        </dd>
      </div>
      <div>
        <dt>{t('report.sessions')}</dt>
        <dd className="bc-number">{format.number(sum.sessions)}</dd>
      </div>
      <div>
        <dt>{t('document.energy')}</dt>
        <dd className="bc-number">{format.energy(sum.energy_wh)}</dd>
      </div>
    </dl>
  );
}

function useColumns(group: Group, currency: string): Columns<Sum> {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number) => <span className="bc-number">{format.money(amount, currency)}</span>;
  return [
    { title: t(`whatIf.by.${group}`), key: 'name', render: (_, row) => nameOf(row, group, t('report.without')) },
    {
      title: t('report.sessions'),
      key: 'sessions',
      align: 'right',
      render: (_, row) => <span className="bc-number">{format.number(row.sessions)}</span>,
    },
    {
      title: t('document.energy'),
      key: 'energy',
      align: 'right',
      render: (_, row) => <span className="bc-number">{format.energy(row.energy_wh)}</span>,
    },
    { title: t('whatIf.was'), key: 'before', align: 'right', render: (_, row) => money(row.before) },
    { title: t('whatIf.wouldBe'), key: 'after', align: 'right', render: (_, row) => money(row.after) },
    {
      title: t('whatIf.difference'),
      key: 'difference',
      align: 'right',
      sorter: (a, b) => a.after - a.before - (b.after - b.before), // its head keeps a narrow table within reach of the keyboard
      render: (_, row) => <Difference sum={row} currency={currency} />,
    },
  ];
}

function nameOf({ key, name }: Sum, group: Group, without: string): string {
  if (group === 'hour') return `${key}:00`;
  return name || key || without;
}

function Save({ question, group }: { question: WhatIf; group: Group }) {
  const { t } = useTranslation();
  const save = async (format: SheetFormat) => {
    const { saveSheet } = await import('@busbar/kit/export');
    const money = (minor: number) => Number(toMajorText(minor, minorDigits(question.currency)));
    const rows = rowsOf(question, group).map((row) => [
      nameOf(row, group, t('report.without')),
      row.sessions,
      row.energy_wh / 1_000,
      money(row.before),
      money(row.after),
      money(row.after - row.before),
      question.currency,
    ]);
    const head = [
      t(`whatIf.by.${group}`),
      t('report.sessions'),
      'kWh',
      t('whatIf.was'),
      t('whatIf.wouldBe'),
      t('whatIf.difference'),
      t('tariff.currency'),
    ];
    saveSheet({ name: t('nav.whatIf'), head, rows }, format, `busbar-what-if-${question.what_if_id.slice(-8)}`);
  };
  const items = (['csv', 'xlsx'] as const).map((key) => ({ key, label: t(`list.export.${key}`) }));
  return (
    <Dropdown menu={{ items, onClick: ({ key }) => void save(key as SheetFormat) }} trigger={['click']}>
      <Button icon={<DownloadOutlined />} data-testid="what-if-export">
        {t('coupon.export')}
      </Button>
    </Dropdown>
  );
}

/** What is known of an answer: while it is being computed, too. */
function Answer({ whatIfId }: { whatIfId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: question, error } = useWhatIf(whatIfId);
  const [group, setGroup] = useState<Group>('site');
  const columns = useColumns(group, question?.currency ?? 'EUR');
  if (error && !question)
    return <Failure error={error} action={<Link to="/tariffs/what-if">{t('nav.whatIf')}</Link>} />;
  if (!question) return <Loading rows={6} />;
  const rows = rowsOf(question, group);
  const isDone = question.state === 'done';
  return (
    <div className="bc-stack" data-testid="what-if-answer" data-state={question.state}>
      <Panel
        title={t('whatIf.answer', { tariff: question.tariff_name })}
        extra={
          <span className="bc-soft bc-number">
            {format.instant(question.since, 'date')} –{' '}
            {format.instant(dayjs(question.until).subtract(1, 's').toISOString(), 'date')}
          </span>
        }
      >
        {!isDone && (
          <Progress
            percent={question.total ? Math.floor((question.done / question.total) * 100) : 0}
            status="active"
            aria-label={t('whatIf.progress')}
          />
        )}
        {!isDone && (
          <p className="bc-soft">
            {t('whatIf.soFar', { done: format.number(question.done), total: format.number(question.total) })}
          </p>
        )}
        {isDone && question.sum.sessions === 0 ? (
          <Empty title={t('whatIf.noSessions')}>{t('whatIf.noSessionsText')}</Empty>
        ) : (
          <Totals question={question} />
        )}
        {question.other_currency > 0 && (
          <p className="bc-soft">{t('whatIf.otherCurrency', { count: question.other_currency })}</p>
        )}
      </Panel>
      {rows.length > 0 && (
        <Panel
          title={t('whatIf.details')}
          flush
          extra={
            <span className="bc-head-actions">
              <Segmented
                value={group}
                onChange={setGroup}
                options={groups.map((value) => ({ value, label: t(`whatIf.by.${value}`) }))}
                data-testid="what-if-by"
              />
              <Save question={question} group={group} />
            </span>
          }
        >
          <div className="bc-what-if-chart">
            <Bars
              label={t('whatIf.chart')}
              names={[t('whatIf.was'), t('whatIf.wouldBe')]}
              bars={rows.map((row) => ({
                key: row.key,
                label: nameOf(row, group, t('report.without')),
                values: [row.before, row.after],
                text: `${row.after > row.before ? '+' : ''}${format.money(row.after - row.before, question.currency)}`,
              }))}
            />
          </div>
          <Table<Sum>
            aria-label={t('whatIf.details')}
            size="middle"
            pagination={false}
            columns={columns}
            dataSource={rows}
            rowKey="key"
            scroll={{ x: 'max-content' }}
          />
        </Panel>
      )}
    </div>
  );
}

/** Questions that were asked before. */
function Asked({ chosen, onChoose }: { chosen: string | undefined; onChoose: (whatIfId: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useWhatIfs();
  if (!data?.items.length) return null;
  return (
    <Panel title={t('whatIf.asked')} testId="what-ifs">
      <ul className="bc-what-ifs">
        {data.items.map((question) => (
          <li key={question.what_if_id}>
            <button
              type="button"
              className="bc-plain-button"
              aria-current={question.what_if_id === chosen}
              onClick={() => onChoose(question.what_if_id)}
            >
              <b>{question.tariff_name}</b>
              <small className="bc-number">
                {format.instant(question.since, 'date')} –{' '}
                {format.instant(dayjs(question.until).subtract(1, 's').toISOString(), 'date')}
              </small>
              {question.state === 'done' ? (
                <small>
                  <Difference sum={question.sum} currency={question.currency} />
                </small>
              ) : (
                <Mark tone="info" shape="clock">
                  {t(`whatIf.states.${question.state}`)}
                </Mark>
              )}
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What the sessions of a past period would have cost under a draft. */
export function WhatIfPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tariffs/what-if' });
  const permits = usePermits();
  const open = (question: string) => void navigate({ search: keepGiven({ ...search, question }) });
  return (
    <>
      <PageHead page="whatIf" title={t('nav.whatIf')}>
        {t('whatIf.text')}
      </PageHead>
      <div className="bc-what-if">
        <div className="bc-stack">
          {permits('manage_prices') && (
            <Panel title={t('whatIf.ask')}>
              <Ask key={search.tariff ?? ''} tariffId={search.tariff} onAsked={open} />
            </Panel>
          )}
          <Asked chosen={search.question} onChoose={open} />
        </div>
        {search.question ? (
          <Answer key={search.question} whatIfId={search.question} />
        ) : (
          <Panel>
            <Empty title={t('whatIf.none')}>{t('whatIf.noneText')}</Empty>
          </Panel>
        )}
      </div>
    </>
  );
}
