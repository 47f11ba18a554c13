import type { Schemas } from '@busbar/client';
import { Alert, Button, Form, type FormInstance, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MoneyInput } from '../../parts/MoneyInput';
import { useFormProblem, useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useSaveMoneyTerms } from '../../queries/paySetup';

type Terms = Schemas['MoneyTerms'];
const modes = ['prepaid', 'postpaid', 'none'] as const;
const PERMILLE = 10;

/** How drivers pay, what is held, and when a session is stopped for want of money. */
export function MoneyTermsForm({ terms }: { terms: Terms }) {
  const { t } = useTranslation();
  const tell = useTell();
  const showProblem = useFormProblem();
  const permits = usePermits();
  const save = useSaveMoneyTerms();
  const [form] = Form.useForm<Terms & { commission_percent: number }>();
  const [problem, setProblem] = useState<string | null>(null);
  const mode = Form.useWatch('mode', form) ?? terms.mode;
  const { currency } = terms;

  async function keep(values: Terms & { commission_percent: number }): Promise<void> {
    setProblem(null);
    try {
      await save.mutateAsync({
        mode: values.mode,
        hold: values.hold ?? terms.hold,
        start_minimum: values.start_minimum ?? terms.start_minimum,
        reserve: values.reserve ?? terms.reserve,
        due_days: values.due_days ?? terms.due_days,
        commission_permille: Math.round((values.commission_percent ?? 0) * PERMILLE),
        commission_per_session: values.commission_per_session ?? 0,
      });
      tell.done(t('paySetup.kept'));
    } catch (error) {
      setProblem(showProblem(form as FormInstance, error));
    }
  }

  return (
    <Form
      form={form}
      layout="vertical"
      disabled={!permits('manage_money')}
      initialValues={{ ...terms, commission_percent: terms.commission_permille / PERMILLE }}
      onFinish={(values) => void keep(values)}
      data-testid="money-terms"
    >
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} />}
      <Form.Item name="mode" label={t('paySetup.mode')}>
        <Radio.Group
          className="bc-modes"
          options={modes.map((value) => ({
            value,
            label: (
              <span className="bc-mode" data-testid={`money-mode-${value}`}>
                <b>{t(`paySetup.modes.${value}`)}</b>
                <small>{t(`paySetup.modeText.${value}`)}</small>
              </span>
            ),
          }))}
        />
      </Form.Item>
      {mode === 'prepaid' && (
        <div className="bc-fields">
          <Form.Item name="start_minimum" label={t('paySetup.startMinimum')} extra={t('paySetup.startMinimumHint')}>
            <MoneyInput currency={currency} testId="money-start-minimum" />
          </Form.Item>
          <Form.Item name="hold" label={t('paySetup.hold')} extra={t('paySetup.holdHint')}>
            <MoneyInput currency={currency} testId="money-hold" />
          </Form.Item>
          <Form.Item name="reserve" label={t('paySetup.reserve')} extra={t('paySetup.reserveHint')}>
            <MoneyInput currency={currency} />
          </Form.Item>
        </div>
      )}
      <div className="bc-fields">
        {mode !== 'none' && (
          <Form.Item name="due_days" label={t('paySetup.dueDays')} extra={t('paySetup.dueDaysHint')}>
            <InputNumber min={0} max={365} precision={0} style={{ width: '100%' }} suffix={t('paySetup.days')} />
          </Form.Item>
        )}
        <Form.Item name="commission_percent" label={t('paySetup.commission')} extra={t('paySetup.commissionHint')}>
          <InputNumber min={0} max={100} step={0.1} precision={1} suffix="%" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="commission_per_session" label={t('paySetup.commissionEach')}>
          <MoneyInput currency={currency} />
        </Form.Item>
      </div>
      <Alert type="info" showIcon title={t('paySetup.down')} description={t('paySetup.downText')} />
      {permits('manage_money') && (
        <div className="bc-form-foot">
          <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="money-terms-save">
            {t('action.save')}
          </Button>
        </div>
      )}
    </Form>
  );
}
