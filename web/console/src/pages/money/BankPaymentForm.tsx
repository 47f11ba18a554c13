import type { Schemas } from '@busbar/client';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { MoneyInput } from '../../parts/MoneyInput';
import { newKey } from '../../parts/newKey';
import { useBankPayment } from '../../queries/money';

/** Notes what somebody who owes something has paid into the operator's bank account. */
export function BankPaymentForm({
  debt,
  name,
  onClose,
}: {
  debt: Schemas['Receivable'];
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const payment = useBankPayment();
  const [key] = useState(newKey);
  return (
    <EditDrawer<{ amount: number; reference: string }>
      title={t('money.bankTransfer')}
      isOpen
      onClose={onClose}
      initial={{ amount: debt.open_amount }}
      save={async ({ amount, reference }) => {
        await payment.mutateAsync({ key, debtor: debt.debtor, amount, reference });
        onClose();
      }}
      testId="bank-form"
    >
      <p className="bc-soft">{t('money.bankText', { name })}</p>
      <Form.Item name="amount" label={t('money.bankAmount')} rules={[{ required: true, message: t('form.required') }]}>
        <MoneyInput currency={debt.currency} testId="bank-form-amount" />
      </Form.Item>
      <Form.Item
        name="reference"
        label={t('money.bankReference')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={120} data-testid="bank-form-reference" />
      </Form.Item>
    </EditDrawer>
  );
}
