import { useFormat } from '@busbar/kit';
import { Checkbox, DatePicker, Form } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTell } from '../../parts/useTell';
import { useMakePayout, useSettlements } from '../../queries/settlement';
import { useToday } from '../../queries/today';

/** Put what is approved, or came back, into one file for the bank. */
export function MakePayout({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const make = useMakePayout();
  const approved = useSettlements({ state: 'approved' });
  const returned = useSettlements({ state: 'returned' });
  const today = useToday();
  const waiting = [...(approved.data?.items ?? []), ...(returned.data?.items ?? [])];
  return (
    <EditDrawer<{ settlement_ids: string[]; execution_on: Dayjs }>
      key={waiting.map((one) => one.settlement_id).join()}
      title={t('settlement.payOut')}
      isOpen={isOpen}
      onClose={onClose}
      initial={{ settlement_ids: waiting.map((one) => one.settlement_id), execution_on: today.add(1, 'day') }}
      save={async ({ settlement_ids, execution_on }) => {
        const payout = await make.mutateAsync({ settlement_ids, execution_on: execution_on.format('YYYY-MM-DD') });
        tell.done(t('settlement.paidOut', { reference: payout.reference }));
        onClose();
      }}
      saveLabel={t('settlement.makePayout')}
      testId="payout-form"
    >
      {waiting.length === 0 ? (
        <p className="bc-soft">{t('settlement.nothingToPay')}</p>
      ) : (
        <>
          <Form.Item
            name="settlement_ids"
            label={t('nav.settlements')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Checkbox.Group
              style={{ flexDirection: 'column', gap: 8 }}
              options={waiting.map((one) => ({
                value: one.settlement_id,
                label: `${one.payee_name} · ${format.money(one.payable, one.currency)}`,
              }))}
            />
          </Form.Item>
          <Form.Item name="execution_on" label={t('settlement.executionOn')} rules={[{ required: true }]}>
            <DatePicker allowClear={false} style={{ width: '100%' }} minDate={today} />
          </Form.Item>
        </>
      )}
    </EditDrawer>
  );
}
