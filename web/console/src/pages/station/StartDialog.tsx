import { useNavigate } from '@tanstack/react-router';
import { Alert, AutoComplete, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { useTokenOptions } from '../../queries/access';
import { useProfileOptions } from '../../queries/profiles';
import { useStartSession } from '../../queries/sessions';

interface Values {
  token: string;
  template_id?: string;
}

interface StartDialogProps {
  stationId: string;
  evseId: number;
  isOpen: boolean;
  onClose: () => void;
}

/** Start a charge for a token. The page of the session shows each step as it happens. */
export function StartDialog({ stationId, evseId, isOpen, onClose }: StartDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [typed, setTyped] = useState('');
  const start = useStartSession();
  const problemText = useProblemText();
  const tokens = useTokenOptions(typed, isOpen);
  const templates = useProfileOptions(isOpen);

  const submit = ({ token, template_id: templateId }: Values) =>
    start.mutate(
      {
        station_id: stationId,
        evse_id: evseId,
        id_token: tokens.find(token),
        ...(templateId && { template_id: templateId }),
      },
      {
        onSuccess: ({ session_id: sessionId }) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } }),
      },
    );

  return (
    <Modal
      open={isOpen}
      title={t('session.startTitle', { evse: evseId })}
      okText={t('session.start')}
      onCancel={() => {
        start.reset();
        onClose();
      }}
      onOk={() => form.submit()}
      confirmLoading={start.isPending}
      okButtonProps={{ 'data-testid': 'start-submit' }}
      destroyOnHidden
    >
      {start.isError && (
        <Alert
          type="error"
          showIcon
          title={problemText(start.error)}
          style={{ marginBottom: 12 }}
          data-testid="start-problem"
        />
      )}
      <Form<Values> form={form} layout="vertical" preserve={false} onFinish={submit}>
        <Form.Item
          name="token"
          label={t('token.token')}
          extra={t('session.startHint')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <AutoComplete
            autoFocus
            data-testid="start-token"
            showSearch={{ onSearch: setTyped }}
            options={tokens.options}
          />
        </Form.Item>
        {templates.length > 0 && (
          <Form.Item name="template_id" label={t('profile.template')}>
            <Select allowClear options={templates} data-testid="start-template" />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
