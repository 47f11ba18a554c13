import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button, DatePicker, Form, Input, Space, Table, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import type { Columns } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { useMe, usePermits } from '../../queries/me';
import { saveStatement, useSettlement, useSettlementDeed } from '../../queries/settlement';
import { useToday } from '../../queries/today';
import { toneOf } from './shares';
import { useWritePeriod } from './useWritePeriod';

const route = getRouteApi('/shell/settlements/$settlementId');
type Detail = Schemas['SettlementDetail'];
type Line = Schemas['SettlementLine'];
type Deed = 'cancel' | 'returned' | 'paid';

const cancellable = ['draft', 'approved', 'returned', 'owed', 'cleared'];
const returnable = ['paying', 'paid'];

function useLineColumns({ currency, since, until }: Detail): Columns<Line> {
  const { t } = useTranslation();
  const format = useFormat();
  const writePeriod = useWritePeriod();
  const amount = (
    key: string,
    title: string,
    read: (line: Line) => number,
    isStrong = false,
  ): Columns<Line>[number] => ({
    title,
    key,
    align: 'right',
    render: (_, line) => {
      const text = read(line) === 0 && !isStrong ? '–' : format.money(read(line), currency);
      return <span className="bc-number">{isStrong ? <strong>{text}</strong> : text}</span>;
    },
  });
  return [
    {
      title: t('settlement.site'),
      key: 'site',
      render: (_, line) => (
        <span className="bc-two-lines">
          {line.site_id ? (
            <Link to="/sites/$siteId" params={{ siteId: line.site_id }} className="bc-link">
              {line.site_name ?? line.site_id}
            </Link>
          ) : (
            <span>{t('settlement.noSite')}</span>
          )}
          <span>{(line.since !== since || line.until !== until) && writePeriod(line)}</span>
        </span>
      ),
    },
    {
      title: t('settlement.sessions'),
      key: 'sessions',
      align: 'right',
      render: (_, line) => (
        <span className="bc-two-lines">
          <span className="bc-number">{format.number(line.sessions)}</span>
          <span className="bc-number">{format.energy(line.energy_wh)}</span>
        </span>
      ),
    },
    amount(
      'revenue',
      t('settlement.revenue'),
      (line) => line.electricity + line.service + line.discounts + line.commission,
    ),
    amount('electricity', t('settlement.fromElectricity'), (line) => line.from_electricity),
    amount('service', t('settlement.fromService'), (line) => line.from_service),
    amount('commission', t('settlement.fromCommission'), (line) => line.from_commission),
    amount('fixed', t('settlement.fixed'), (line) => line.for_sessions + line.for_energy),
    amount('tax', t('settlement.tax'), (line) => line.tax),
    amount('amount', t('settlement.amount'), (line) => line.amount, true),
  ];
}

function Lines({ settlement }: { settlement: Detail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useLineColumns(settlement);
  const sums: [string, number][] = [
    [t('settlement.sum'), settlement.amount],
    [t('settlement.tax'), settlement.tax],
    ...(settlement.carried ? ([[t('settlement.carried'), settlement.carried]] as [string, number][]) : []),
    [t('settlement.payable'), settlement.payable],
  ];
  return (
    <Panel title={t('settlement.lines')} flush testId="settlement-lines">
      <Table<Line>
        aria-label={t('settlement.lines')}
        dataSource={settlement.lines}
        columns={columns}
        rowKey={(line) => `${line.site_id}/${line.since}`}
        size="middle"
        pagination={false}
        scroll={{ x: 'max-content' }}
        summary={() =>
          sums.map(([name, value], index) => (
            <Table.Summary.Row key={name}>
              <Table.Summary.Cell index={0} colSpan={columns.length - 1} align="right">
                {index === sums.length - 1 ? <strong>{name}</strong> : name}
              </Table.Summary.Cell>
              <Table.Summary.Cell index={1} align="right">
                <span className="bc-number">
                  {index === sums.length - 1 ? (
                    <strong data-testid="settlement-payable">{format.money(value, settlement.currency)}</strong>
                  ) : (
                    format.money(value, settlement.currency)
                  )}
                </span>
              </Table.Summary.Cell>
            </Table.Summary.Row>
          ))
        }
      />
    </Panel>
  );
}

function Deeds({ settlement }: { settlement: Detail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { modal } = App.useApp();
  const tell = useTell();
  const permits = usePermits();
  const { data: me } = useMe();
  const deed = useSettlementDeed();
  const today = useToday();
  const [asked, setAsked] = useState<Deed | null>(null);
  const settlementId = settlement.settlement_id;
  const isOwn = settlement.made_by === `staff:${me?.staff_id}`;
  const language = (['zh', 'en', 'it'] as const).find((each) => i18n.language.startsWith(each)) ?? 'en';

  async function save({ reason, day }: { reason?: string; day?: Dayjs }): Promise<void> {
    if (asked === 'paid' && day)
      await deed.mutateAsync({ settlementId, deed: 'paid', paidOn: day.format('YYYY-MM-DD') });
    else if (asked !== 'paid' && asked !== null && reason)
      await deed.mutateAsync({ settlementId, deed: asked, reason });
    setAsked(null);
  }

  const askApprove = () =>
    void modal.confirm({
      title: t('settlement.approveAsk', { reference: settlement.reference }),
      content: t('settlement.approveText', { amount: format.money(settlement.payable, settlement.currency) }),
      okText: t('settlement.approve'),
      onOk: () => deed.mutateAsync({ settlementId, deed: 'approve' }).catch(tell.problem),
    });

  return (
    <>
      <Space wrap>
        <Button onClick={() => void saveStatement(settlement, 'pdf', language).catch(tell.problem)}>PDF</Button>
        <Button onClick={() => void saveStatement(settlement, 'csv', language).catch(tell.problem)}>CSV</Button>
        {permits('manage_money') && (
          <>
            {cancellable.includes(settlement.state) && settlement.taken_by === null && (
              <Button danger onClick={() => setAsked('cancel')}>
                {t('settlement.giveUp')}
              </Button>
            )}
            {returnable.includes(settlement.state) && (
              <Button onClick={() => setAsked('returned')}>{t('settlement.markReturned')}</Button>
            )}
            {settlement.state === 'paying' && (
              <Button type="primary" onClick={() => setAsked('paid')} data-testid="settlement-paid">
                {t('settlement.markPaid')}
              </Button>
            )}
            {settlement.state === 'draft' && (
              <Button
                type="primary"
                disabled={isOwn}
                title={isOwn ? t('settlement.fourEyes') : undefined}
                loading={deed.isPending}
                data-testid="settlement-approve"
                onClick={askApprove}
              >
                {t('settlement.approve')}
              </Button>
            )}
          </>
        )}
      </Space>
      <EditDrawer<{ reason?: string; day?: Dayjs }>
        key={asked ?? 'none'}
        title={asked ? t(`settlement.ask.${asked}`) : ''}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        initial={{ day: today }}
        save={save}
        testId="settlement-form"
      >
        {asked === 'paid' ? (
          <Form.Item name="day" label={t('settlement.paidOn')} rules={[{ required: true }]}>
            <DatePicker allowClear={false} style={{ width: '100%' }} maxDate={today} />
          </Form.Item>
        ) : (
          <Form.Item
            name="reason"
            label={t('money.reason')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input.TextArea rows={3} maxLength={500} data-testid="settlement-form-reason" />
          </Form.Item>
        )}
      </EditDrawer>
    </>
  );
}

/** One settlement: what the books got, what of it is the payee's, who made and who approved it. */
export function SettlementPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const nameActor = useActorName();
  const writePeriod = useWritePeriod();
  const { settlementId } = route.useParams();
  const { data: settlement, error } = useSettlement(settlementId);
  if (error && !settlement)
    return <Failure error={error} action={<Link to="/settlements">{t('nav.settlements')}</Link>} />;
  if (!settlement) return <Loading rows={8} />;
  const { state } = settlement;
  return (
    <>
      <PageHead
        title={settlement.payee_name}
        mark={
          <Tag color={toneOf(state)} data-testid="settlement-state">
            {t(`settlement.states.${state}`)}
          </Tag>
        }
        up={{ label: t('nav.settlements'), link: { to: '/settlements' } }}
        actions={<Deeds settlement={settlement} />}
      >
        {writePeriod(settlement)}
      </PageHead>
      <div className="bc-stack">
        <Panel>
          <Facts
            columns={2}
            lines={[
              {
                label: t('settlement.payable'),
                value: <strong>{format.money(settlement.payable, settlement.currency)}</strong>,
              },
              { label: t('settlement.reference'), value: settlement.reference, code: true },
              {
                label: t('settlement.madeBy'),
                value: `${nameActor(settlement.made_by)} · ${format.instant(settlement.made_at, 'dateTime')}`,
              },
              settlement.approved_by !== null && {
                label: t('settlement.approvedBy'),
                value: `${nameActor(settlement.approved_by)} · ${format.instant(settlement.approved_at ?? '', 'dateTime')}`,
              },
              settlement.transfer_id !== null && {
                label: t('settlement.posting'),
                value: settlement.transfer_id,
                code: true,
              },
              settlement.paid_on !== null && {
                label: t('settlement.paidOn'),
                value: format.day(settlement.paid_on),
              },
              { label: t('settlement.note'), value: settlement.note },
            ]}
          />
        </Panel>
        <Lines settlement={settlement} />
        <AuditTrail subject={`settlement:${settlement.settlement_id}`} />
      </div>
    </>
  );
}
