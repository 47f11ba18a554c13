import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { DatePicker, Table, Tag } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useAccounts, useTrialBalance } from '../../queries/money';
import { useOwnerName } from './useOwnerName';

const route = getRouteApi('/shell/ledger');
type Account = Schemas['Account'];
type Line = Schemas['TrialLine'];

interface TrialBalanceProps {
  trial: ReturnType<typeof useTrialBalance>;
  at: string | undefined;
  onAt: (at: string | undefined) => void;
}

function TrialBalance({ trial, at, onAt }: TrialBalanceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (trial.isPending) return <Loading rows={4} />;
  if (!trial.data) return <Failure error={trial.error} />;
  const { currency, lines, debits, credits, is_balanced: isBalanced } = trial.data;
  const amount = (value: number) => <span className="bc-number">{format.money(value, currency)}</span>;
  const columns: Columns<Line> = [
    { title: t('money.kind'), key: 'kind', render: (_, line) => t(`money.kinds.${line.kind}`) },
    {
      title: t('money.accounts'),
      key: 'accounts',
      align: 'right',
      render: (_, line) => <span className="bc-number">{format.number(line.accounts)}</span>,
    },
    { title: t('money.debits'), key: 'debits', align: 'right', render: (_, line) => amount(line.debits) },
    { title: t('money.credits'), key: 'credits', align: 'right', render: (_, line) => amount(line.credits) },
    { title: t('money.balance'), key: 'balance', align: 'right', render: (_, line) => amount(line.balance) },
  ];
  return (
    <Panel
      title={t('money.trial')}
      flush
      testId="trial-balance"
      extra={
        <span className="bc-head-actions">
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={at ? dayjs(at) : null}
            placeholder={t('money.atNow')}
            aria-label={t('money.trialAt')}
            data-testid="trial-at"
            disabledDate={(day) => day.isAfter(dayjs())}
            onChange={(chosen) => onAt(chosen?.toISOString())}
          />
          <Mark tone={isBalanced ? 'good' : 'bad'} shape={isBalanced ? 'check' : 'cross'} pill>
            <span data-testid="trial-state">{isBalanced ? t('money.balanced') : t('money.unbalanced')}</span>
          </Mark>
        </span>
      }
    >
      <Table<Line>
        aria-label={t('money.trial')}
        dataSource={lines}
        columns={columns}
        rowKey="kind"
        size="middle"
        pagination={false}
        locale={{ emptyText: <span className="bc-soft">{t('money.noEntries')}</span> }}
        scroll={{ x: 'max-content' }}
        summary={() =>
          lines.length > 0 && (
            <Table.Summary.Row>
              <Table.Summary.Cell index={0} colSpan={2}>
                <strong>{t('money.sum')}</strong>
              </Table.Summary.Cell>
              <Table.Summary.Cell index={2} align="right">
                <strong>{amount(debits)}</strong>
              </Table.Summary.Cell>
              <Table.Summary.Cell index={3} align="right">
                <strong>{amount(credits)}</strong>
              </Table.Summary.Cell>
              <Table.Summary.Cell index={4} align="right">
                <strong>{amount(credits - debits)}</strong>
              </Table.Summary.Cell>
            </Table.Summary.Row>
          )
        }
      />
    </Panel>
  );
}

export function LedgerPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/ledger' });
  const list = useAccounts(search);
  const trial = useTrialBalance(search.at);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<typeof search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const nameOwner = useOwnerName();
  const columns: Columns<Account> = [
    {
      title: t('money.account'),
      key: 'account',
      render: (_, account) => (
        <span className="bc-two-lines">
          <Link to="/ledger/$accountId" params={{ accountId: account.account_id }} className="bc-link">
            {nameOwner(account)}
          </Link>
          <span>{t(`money.kinds.${account.kind}`)}</span>
        </span>
      ),
    },
    {
      title: t('money.status'),
      key: 'status',
      render: (_, { status }) =>
        status === 'open' ? null : (
          <Tag color={status === 'frozen' ? 'warning' : 'default'}>{t(`money.statuses.${status}`)}</Tag>
        ),
    },
    {
      title: t('money.balance'),
      key: 'balance',
      align: 'right',
      render: (_, account) => <span className="bc-number">{format.money(account.balance, account.currency)}</span>,
    },
  ];
  return (
    <>
      <PageHead title={t('nav.ledger')}>{t('money.booksText')}</PageHead>
      <div className="bc-stack">
        <TrialBalance trial={trial} at={search.at} onAt={(at) => change({ at })} />
        {/* Below the balance, whose height nobody knows before it is there: nothing shall move under the reader. */}
        {!trial.isPending && (
          <Panel title={t('money.accounts')} flush>
            <div className="bc-filters">
              <SearchBox
                value={search.q}
                onSearch={(q) => change({ q })}
                label={t('money.search')}
                testId="account-search"
              />
            </div>
            <ListTable
              list={list}
              columns={columns}
              rowKey="account_id"
              label={t('money.accounts')}
              place={search}
              onPlace={(place) => change({ sort: undefined, ...place })}
              onOpen={({ account_id: accountId }) => void navigate({ to: '/ledger/$accountId', params: { accountId } })}
              testId="accounts"
              empty={
                <NothingListed isFiltered={Boolean(search.q)} title={t('money.none')}>
                  {t('money.noneText')}
                </NothingListed>
              }
            />
          </Panel>
        )}
      </div>
    </>
  );
}
