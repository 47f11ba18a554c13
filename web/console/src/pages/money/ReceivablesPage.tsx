import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { OnlyOf } from '../../parts/OnlyOf';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { usePermits } from '../../queries/me';
import { readReceivables, useReceivableDeed, useReceivables } from '../../queries/money';
import type { Names } from '../../queries/named';
import { BankPaymentForm } from './BankPaymentForm';

const route = getRouteApi('/shell/receivables');
type Receivable = Schemas['Receivable'];

type Search = ReturnType<typeof route.useSearch>;

/** Whom `driver:<id>`, `company:<id>` or `partner:<id>` names. */
function namesOf(debtor: string | undefined): Names {
  const [, noun, id] = /^(driver|company|partner):(.+)$/.exec(debtor ?? '') ?? [];
  return noun === undefined ? {} : { [noun]: id };
}

function useFile(search: Search): ListFile<Receivable> {
  const { t } = useTranslation();
  return {
    title: t('nav.receivables'),
    read: (part) => readReceivables(search, part),
    fields: [
      ['ID', (debt) => debt.receivable_id],
      [t('money.debtor'), (debt) => debt.debtor_name ?? debt.debtor],
      [t('money.session'), (debt) => debt.session_id],
      [t('money.due'), (debt) => debt.due_at],
      [t('settlement.state'), ({ state }) => t(`money.debtStates.${state}`)],
      [t('money.reminders'), (debt) => debt.reminders],
      [t('payment.amount'), ({ amount, currency }) => toMajor(amount, currency)],
      [t('money.open'), ({ open_amount: open, currency }) => toMajor(open, currency)],
      [t('session.currency'), (debt) => debt.currency],
    ],
  };
}

export function ReceivablesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/receivables' });
  const permits = usePermits();
  const ask = useAsk();
  const deed = useReceivableDeed();
  const [given, setGiven] = useState<Receivable | null>(null);
  const [paid, setPaid] = useState<Receivable | null>(null);
  const list = useReceivables(search);
  const file = useFile(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<typeof search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const nameOf = (debt: Receivable) => debt.debtor_name ?? (debt.debtor === 'guests' ? t('money.guest') : debt.debtor);
  const named = list.data?.items[0]?.debtor_name;
  const columns: Columns<Receivable> = [
    {
      title: t('money.debtor'),
      key: 'debtor',
      render: (_, debt) => (
        <button
          type="button"
          className="bc-plain-button bc-link"
          onClick={() => change({ debtor: debt.debtor })}
          data-verbatim
        >
          {nameOf(debt)}
        </button>
      ),
    },
    {
      title: t('money.session'),
      key: 'session',
      render: (_, { session_id: sessionId }) =>
        sessionId && (
          <Link to="/sessions/$sessionId" params={{ sessionId }} className="bc-link">
            {t('money.openSession')}
          </Link>
        ),
    },
    {
      title: t('money.due'),
      key: 'due',
      render: (_, debt) => (
        <span className="bc-two-lines">
          <span className="bc-number">{format.instant(debt.due_at, 'date')}</span>
          {debt.is_overdue ? (
            <Mark tone="bad" shape="clock">
              {t('money.overdue')}
            </Mark>
          ) : (
            <span>{t(`money.debtStates.${debt.state}`)}</span>
          )}
        </span>
      ),
    },
    {
      title: t('money.reminders'),
      key: 'reminders',
      align: 'right',
      render: (_, debt) => <span className="bc-number">{format.number(debt.reminders)}</span>,
    },
    {
      title: t('money.open'),
      key: 'open',
      align: 'right',
      render: (_, debt) => <span className="bc-number">{format.money(debt.open_amount, debt.currency)}</span>,
    },
    {
      title: t('money.deeds'),
      key: 'deeds',
      align: 'right',
      render: (_, debt) =>
        permits('manage_money') &&
        debt.open_amount > 0 && (
          <span className="bc-head-actions bc-to-end">
            <Button
              size="small"
              data-testid="receivable-remind"
              onClick={() =>
                ask({
                  title: t('money.remindAsk', { amount: format.money(debt.open_amount, debt.currency) }),
                  yes: t('money.remind'),
                  deed: () => deed.mutateAsync({ receivableId: debt.receivable_id }),
                })
              }
            >
              {t('money.remind')}
            </Button>
            <Button size="small" data-testid="receivable-bank" onClick={() => setPaid(debt)}>
              {t('money.bankTransfer')}
            </Button>
            <Button size="small" danger data-testid="receivable-write-off" onClick={() => setGiven(debt)}>
              {t('money.writeOff')}
            </Button>
          </span>
        ),
    },
  ];
  return (
    <>
      <PageHead page="receivables" title={t('nav.receivables')}>
        {t('money.debtsText')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <Segmented
            value={search.show ?? 'open'}
            onChange={(show) => change({ show: show === 'all' ? 'all' : undefined })}
            options={[
              { value: 'open', label: t('money.onlyOpen') },
              { value: 'all', label: t('money.allDebts') },
            ]}
          />
          {search.debtor && <OnlyOf name={named ?? search.debtor} onClear={() => change({ debtor: undefined })} />}
          <ListTools
            list="receivables"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="receivable_id"
          label={t('nav.receivables')}
          place={search}
          onPlace={(place) => change(place)}
          testId="receivables"
          empty={
            <NothingListed
              isFiltered={false}
              names={namesOf(search.debtor)}
              onClear={() => change({ debtor: undefined })}
              title={t('money.noDebts')}
            >
              {t('money.noDebtsText')}
            </NothingListed>
          }
        />
      </Panel>
      {paid && <BankPaymentForm debt={paid} name={nameOf(paid)} onClose={() => setPaid(null)} />}
      <EditDrawer<{ reason: string }>
        key={given?.receivable_id ?? 'none'}
        title={t('money.writeOff')}
        isOpen={given !== null}
        onClose={() => setGiven(null)}
        initial={{}}
        save={async ({ reason }) => {
          if (given) await deed.mutateAsync({ receivableId: given.receivable_id, reason });
          setGiven(null);
        }}
        testId="write-off-form"
      >
        <Form.Item
          name="reason"
          label={t('money.reason')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea rows={3} maxLength={500} data-testid="write-off-form-reason" />
        </Form.Item>
      </EditDrawer>
    </>
  );
}
