import type { Schemas } from '@busbar/client';
import { Form, Input, Segmented, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useSaveSettlementTerms, useSettlementTerms } from '../../queries/settlement';

/** How the operator settles, and from which account it pays. */
export function TermsDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: terms } = useSettlementTerms();
  const save = useSaveSettlementTerms();
  return (
    <EditDrawer<Schemas['SettlementTermsBody']>
      key={terms ? 'known' : 'unknown'}
      title={t('settlement.terms')}
      isOpen={isOpen && terms !== undefined}
      onClose={onClose}
      initial={terms ?? {}}
      save={async (values) => {
        await save.mutateAsync(values);
        onClose();
      }}
      testId="terms-form"
    >
      <Form.Item name="period" label={t('settlement.period')}>
        <Segmented
          options={[
            { value: 'month', label: t('settlement.periods.month') },
            { value: 'week', label: t('settlement.periods.week') },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="is_automatic"
        label={t('settlement.automatic')}
        extra={t('settlement.automaticHint')}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item name="payer_name" label={t('settlement.payerName')}>
        <Input maxLength={120} data-testid="terms-form-name" />
      </Form.Item>
      <Form.Item name="payer_iban" label={t('settlement.payerIban')}>
        <Input maxLength={42} data-testid="terms-form-iban" />
      </Form.Item>
      <Form.Item name="payer_bic" label="BIC">
        <Input maxLength={11} />
      </Form.Item>
    </EditDrawer>
  );
}
