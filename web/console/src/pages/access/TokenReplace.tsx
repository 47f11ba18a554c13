import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormProblem } from '../../parts/useTell';
import { useReplaceToken } from '../../queries/access';

interface Values {
  value: string;
}

interface TokenReplaceProps {
  value: string;
  onClose: () => void;
  /** The value of the token that took its place. */
  onDone: (value: string) => void;
}

/** Give a driver another card in place of one: it takes over all that the old one had, and that is refused. */
export function TokenReplace({ value, onClose, onDone }: TokenReplaceProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<string | null>(null);
  const replace = useReplaceToken();
  const showProblem = useFormProblem();

  async function save({ value: written }: Values): Promise<void> {
    setProblem(null);
    try {
      const made = await replace.mutateAsync({ value, newValue: written.trim() });
      onDone(made.value);
    } catch (error) {
      setProblem(showProblem(form, error));
    }
  }

  return (
    <Modal
      open
      title={t('token.replaceAsk', { token: value })}
      okText={t('token.replace')}
      cancelText={t('action.cancel')}
      confirmLoading={replace.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
      okButtonProps={{ 'data-testid': 'token-replace-save' } as { 'data-testid': string }}
    >
      <p>{t('token.replaceText')}</p>
      {problem && (
        <p role="alert" className="bc-bad" data-testid="token-replace-problem">
          {problem}
        </p>
      )}
      <Form<Values> form={form} layout="vertical" onFinish={(values) => void save(values)}>
        <Form.Item
          name="value"
          label={t('token.newValue')}
          rules={[
            { required: true, message: t('form.required') },
            { pattern: /^[\x20-\x7e]{1,255}$/, message: t('token.valueRule') },
          ]}
        >
          <Input autoFocus maxLength={255} className="bc-code" data-testid="token-replace-value" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
