import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useReceivableDeed, useReceivables } from '../../queries/money';

const route = getRouteApi('/shell/receivables');
type Receivable = Schemas['Receivable'];

export function ReceivablesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/receivables' });
  const permits = usePermits();
  const tell = useTell();
  const deed = useReceivableDeed();
  const [given, setGiven] = useState<Receivable | null>(null);
  const list = useReceivables({ ...search, isPayable: true });
  const columns: Columns<Receivable> = [
    {
      title: t('money.debtor'),
      key: 'debtor',
      render: (_, debt) => debt.debtor_name ?? (debt.debtor === 'guests' ? t('money.guest') : debt.debtor),
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
        <span className="bc-number">
          {format.instant(debt.due_at, 'date')} {debt.is_overdue && <Tag color="error">{t('money.overdue')}</Tag>}
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
      title: '',
      key: 'deeds',
      align: 'right',
      render: (_, debt) =>
        permits('manage_money') && (
          <span className="bc-head-actions">
            <Button
              size="small"
              data-testid="receivable-remind"
              onClick={() => deed.mutate({ receivableId: debt.receivable_id }, { onError: tell.problem })}
            >
              {t('money.remind')}
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
      <PageHead title={t('nav.receivables')} />
      <Panel flush>
        <ListTable
          list={list}
          columns={columns}
          rowKey="receivable_id"
          label={t('nav.receivables')}
          place={search}
          onPlace={(place) => void navigate({ search: keepGiven(place) })}
          testId="receivables"
          empty={
            <NothingListed isFiltered={false} title={t('money.noDebts')}>
              {t('money.noDebtsText')}
            </NothingListed>
          }
        />
      </Panel>
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
