import { DatePicker, Form, Modal, Radio } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { useReplay } from '../../queries/webhooks';

interface Values {
  since: Dayjs;
  is_failed_only: boolean;
}

/** Facts are kept so long. */
const DAYS_MAX = 30;

/** Send everything again since an instant. */
export function ReplayDialog({
  webhookId,
  isOpen,
  onClose,
}: {
  webhookId: string;
  isOpen: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const tell = useTell();
  const replay = useReplay(webhookId);
  const send = ({ since, is_failed_only }: Values) =>
    replay.mutate(
      { since: since.toISOString(), is_failed_only },
      {
        onSuccess: ({ deliveries }) => {
          tell.done(t('webhook.replayed', { count: deliveries }));
          onClose();
        },
        onError: tell.problem,
      },
    );
  return (
    <Modal
      open={isOpen}
      title={t('webhook.replay')}
      okText={t('webhook.again')}
      cancelText={t('action.cancel')}
      confirmLoading={replay.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      okButtonProps={{ 'data-testid': 'replay-send' } as { 'data-testid': string }}
    >
      <p>{t('webhook.replayText')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ since: dayjs().subtract(1, 'hour'), is_failed_only: false }}
        onFinish={send}
      >
        <Form.Item name="since" label={t('webhook.since')} rules={[{ required: true, message: t('form.required') }]}>
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            style={{ width: '100%' }}
            disabledDate={(day) => day.isAfter(dayjs()) || day.isBefore(dayjs().subtract(DAYS_MAX, 'day'))}
          />
        </Form.Item>
        <Form.Item name="is_failed_only" label={t('webhook.which')}>
          <Radio.Group
            options={[
              { value: false, label: t('webhook.everything') },
              { value: true, label: t('webhook.failedOnly') },
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
