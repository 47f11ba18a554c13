import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button, Drawer, Form, Input } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { MayLink } from '../../parts/MayLink';
import { MoneyInput } from '../../parts/MoneyInput';
import { newKey } from '../../parts/newKey';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useCheck, usePayment, useRefund } from '../../queries/payments';
import { toneOf } from './tone';

interface PaymentDrawerProps {
  paymentId: string;
  onClose: () => void;
}

/** A payment with all that happened to it, and the way to give money back. */
export function PaymentDrawer({ paymentId, onClose }: PaymentDrawerProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const permits = usePermits();
  const { data, error } = usePayment(paymentId);
  const check = useCheck(paymentId);
  return (
    <Drawer
      open
      title={t('payment.payment')}
      size={520}
      onClose={onClose}
      data-testid="payment"
      extra={
        permits('manage_money') && (
          <Button
            loading={check.isPending}
            data-testid="payment-check"
            onClick={() => check.mutate(undefined, { onError: tell.problem })}
          >
            {t('payment.check')}
          </Button>
        )
      }
    >
      {!data && error && <Failure error={error} />}
      {!data && !error && <Loading rows={8} />}
      {data && (
        <div className="bc-stack">
          <PaymentFacts payment={data.payment} />
          <Happenings detail={data} />
          {permits('manage_money') && <Refund payment={data.payment} />}
          <AuditTrail subject={`payment:${paymentId}`} />
        </div>
      )}
    </Drawer>
  );
}

function PaymentFacts({ payment }: { payment: Schemas['Payment'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number) => format.money(amount, payment.currency);
  return (
    <Facts
      lines={[
        {
          label: t('payment.state'),
          value: <Mark {...toneOf(payment.state)}>{t(`payment.states.${payment.state}`)}</Mark>,
        },
        { label: t('payment.purpose'), value: t(`payment.purposes.${payment.purpose}`) },
        { label: t('payment.amount'), value: money(payment.amount) },
        { label: t('payment.captured'), value: money(payment.captured) },
        payment.refunded > 0 && { label: t('payment.refunded'), value: money(payment.refunded) },
        payment.disputed > 0 && { label: t('payment.disputed'), value: money(payment.disputed) },
        { label: t('payment.provider'), value: t(`payment.providers.${payment.provider}`) },
        { label: t('payment.method'), value: payment.method_label },
        { label: t('payment.failure'), value: [payment.failure_code, payment.failure_text].filter(Boolean).join(': ') },
        payment.session_id !== null && {
          label: t('payment.session'),
          value: (
            <Link to="/sessions/$sessionId" params={{ sessionId: payment.session_id }}>
              {t('money.openSession')}
            </Link>
          ),
        },
        payment.driver_id !== null && {
          label: t('payment.payer'),
          value: (
            <MayLink
              needs="manage_access"
              others={payment.driver_name ?? '–'}
              to="/drivers"
              search={{ edit: payment.driver_id }}
            >
              {payment.driver_name ?? t('money.openDriver')}
            </MayLink>
          ),
        },
        { label: t('payment.number'), value: payment.payment_id, code: true },
        { label: t('payment.ref'), value: payment.provider_ref, code: true },
      ]}
    />
  );
}

function Happenings({ detail }: { detail: Schemas['PaymentDetail'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lines = [
    ...detail.refunds.map((refund) => ({
      at: refund.created_at,
      text: t('payment.refundLine', {
        amount: format.money(refund.amount, refund.currency),
        state: t(`payment.refundStates.${refund.state}`),
      }),
      note: [refund.reason, refund.failure_text].filter(Boolean).join(' · '),
      isCode: false,
    })),
    ...detail.disputes.map((dispute) => ({
      at: dispute.opened_at,
      text: t('payment.disputeLine', { amount: format.money(dispute.amount, dispute.currency) }),
      note: [
        dispute.reason,
        dispute.is_open
          ? t('payment.disputeOpen')
          : dispute.is_lost
            ? t('payment.disputeLost')
            : t('payment.disputeWon'),
      ]
        .filter(Boolean)
        .join(' · '),
      isCode: false,
    })),
    ...detail.notices.map((notice) => ({
      at: notice.received_at,
      text: notice.kind,
      note: notice.detail,
      isCode: true,
    })),
  ].sort((one, other) => one.at.localeCompare(other.at));
  if (lines.length === 0) return null;
  return (
    <section aria-label={t('payment.happened')}>
      <h2 className="bc-small-head">{t('payment.happened')}</h2>
      <Facts
        lines={lines.map(({ at, text, note, isCode }) => ({
          label: format.instant(at, 'dateTimeSeconds'),
          value: (
            <span className="bc-two-lines">
              <span className={isCode ? 'bc-code' : undefined}>{text}</span>
              <span>{note}</span>
            </span>
          ),
        }))}
      />
    </section>
  );
}

function Refund({ payment }: { payment: Schemas['Payment'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const ask = useAsk();
  const refund = useRefund(payment.payment_id);
  const key = useRef(newKey());
  const left = payment.captured - payment.refunded - payment.disputed;
  if (left <= 0) return null;
  return (
    <Form
      layout="vertical"
      initialValues={{ amount: left, reason: '' }}
      onFinish={({ amount, reason }: { amount: number; reason: string }) =>
        ask({
          title: t('payment.refundAsk', { amount: format.money(amount, payment.currency) }),
          text: t('payment.refundText'),
          yes: t('payment.refund'),
          done: t('payment.refundBegun'),
          deed: async () => {
            await refund.mutateAsync({ amount, reason, key: key.current });
            key.current = newKey();
          },
        })
      }
    >
      <Form.Item
        name="amount"
        label={t('payment.refundAmount')}
        extra={t('payment.refundLeft', { amount: format.money(left, payment.currency) })}
        rules={[
          { required: true, message: t('form.required') },
          {
            validator: (_, amount: number | null) =>
              amount === null || (amount > 0 && amount <= left)
                ? Promise.resolve()
                : Promise.reject(new Error(t('payment.refundRule'))),
          },
        ]}
      >
        <MoneyInput currency={payment.currency} testId="refund-amount" />
      </Form.Item>
      <Form.Item name="reason" label={t('payment.refundReason')}>
        <Input maxLength={200} />
      </Form.Item>
      <Button danger htmlType="submit" loading={refund.isPending} data-testid="refund">
        {t('payment.refund')}
      </Button>
    </Form>
  );
}
