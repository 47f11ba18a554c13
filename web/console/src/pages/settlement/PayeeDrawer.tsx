import type { Schemas } from '@busbar/client';
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useSavePayee } from '../../queries/settlement';

type Payee = Schemas['Payee'];
type Values = Omit<Schemas['PayeeBody'], 'tax_permille'> & { tax: number | null };

const kinds = ['site_owner', 'operator', 'platform'] as const;
const lines = ['vat_id', 'street', 'postcode', 'city', 'country', 'email'] as const;

/** Add a payee, or change one. */
export function PayeeDrawer({ edited, onClose }: { edited: Payee | 'new' | null; onClose: () => void }) {
  const { t } = useTranslation();
  const payee = edited === 'new' || edited === null ? undefined : edited;
  const save = useSavePayee(payee?.payee_id);
  return (
    <EditDrawer<Values>
      key={payee?.payee_id ?? 'new'}
      title={payee ? payee.name : t('settlement.addPayee')}
      isOpen={edited !== null}
      onClose={onClose}
      initial={payee ? { ...payee, tax: payee.tax_permille / 10 } : { kind: 'site_owner', is_active: true, tax: 0 }}
      save={async ({ tax, ...values }) => {
        const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
        await save.mutateAsync({
          ...(given as unknown as Schemas['PayeeBody']),
          tax_permille: Math.round((tax ?? 0) * 10),
        });
        onClose();
      }}
      testId="payee-form"
    >
      <Form.Item name="kind" label={t('settlement.kind')}>
        <Select options={kinds.map((value) => ({ value, label: t(`settlement.kinds.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('settlement.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={120} data-testid="payee-form-name" />
      </Form.Item>
      <Form.Item name="iban" label="IBAN">
        <Input maxLength={42} data-testid="payee-form-iban" />
      </Form.Item>
      <Form.Item name="bic" label="BIC">
        <Input maxLength={11} />
      </Form.Item>
      <Form.Item name="account" label={t('settlement.otherAccount')} extra={t('settlement.otherAccountHint')}>
        <Input maxLength={250} />
      </Form.Item>
      <Form.Item name="tax" label={t('settlement.taxPercent')} extra={t('settlement.taxHint')}>
        <InputNumber min={0} max={100} step={0.1} precision={1} style={{ width: '100%' }} />
      </Form.Item>
      {lines.map((name) => (
        <Form.Item key={name} name={name} label={t(`settlement.fields.${name}`)}>
          <Input maxLength={name === 'country' ? 2 : 64} />
        </Form.Item>
      ))}
      <Form.Item name="is_active" label={t('settlement.active')} valuePropName="checked">
        <Switch />
      </Form.Item>
      {payee && <AuditTrail subject={`payee:${payee.payee_id}`} />}
    </EditDrawer>
  );
}
