import { Alert, Button, Drawer, Form, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { editions } from '../app/server';
import { useFormProblem, useTell } from './useTell';

interface EditDrawerProps<Values extends object> {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** What the form begins with. */
  initial: Partial<Values>;
  /** Saves; what it throws is shown in the form. */
  save: (values: Values, form: FormInstance<Values>) => Promise<unknown>;
  children: ReactNode;
  saveLabel?: string;
  /** Further buttons, such as one that deletes. */
  extra?: ReactNode;
  width?: number;
  testId: string;
}

/** A form beside the page. Its place is in the address, so it can be linked to and left by the back button. */
export function EditDrawer<Values extends object>(props: EditDrawerProps<Values>) {
  const { title, isOpen, onClose, initial, save, children, saveLabel, extra, width = 480, testId } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const showProblem = useFormProblem();
  const { withdraw } = useTell();
  // What is read anew behind the form is not what it shows: its change is one of what it began with.
  useEffect(() => {
    if (!isOpen) return undefined;
    withdraw();
    return editions.hold();
  }, [isOpen, withdraw]);

  async function submit(values: Values): Promise<void> {
    setSaving(true);
    setProblem(null);
    try {
      await save(values, form);
    } catch (error) {
      setProblem(showProblem(form as FormInstance, error));
    } finally {
      setSaving(false);
    }
  }

  return (
    <Drawer
      title={title}
      open={isOpen}
      onClose={onClose}
      size={width}
      destroyOnHidden
      data-testid={testId}
      extra={extra}
      footer={
        <div className="bc-drawer-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="primary" loading={isSaving} onClick={() => form.submit()} data-testid={`${testId}-save`}>
            {saveLabel ?? t('action.save')}
          </Button>
        </div>
      }
    >
      {problem && (
        <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} data-testid={`${testId}-problem`} />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={initial}
        onFinish={(values) => void submit(values)}
        scrollToFirstError
      >
        {children}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </Form>
    </Drawer>
  );
}
