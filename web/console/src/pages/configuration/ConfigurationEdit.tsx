import type { Schemas } from '@busbar/client';
import { App, Button, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import {
  keptConfiguration,
  useConfiguration,
  useDeleteConfiguration,
  useSaveConfiguration,
} from '../../queries/configuration';
import { useSiteOptions } from '../../queries/sites';
import { readLines, writeLines } from './settingLines';

interface Values {
  name: string;
  dialect: Schemas['Dialect'];
  vendor?: string;
  model?: string;
  site_id?: string | null;
  text: string;
}

const examples = {
  '1.6': 'HeartbeatInterval = 300\nMeterValueSampleInterval = 60',
  '2.x': 'OCPPCommCtrlr HeartbeatInterval = 300\nSampledDataCtrlr TxUpdatedInterval = 60',
};

/** Make a configuration template, or change one. */
export function ConfigurationEdit({ templateId, onClose }: { templateId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const isNew = templateId === 'new';
  const asked = isNew ? undefined : templateId;
  const reading = useConfiguration(asked);
  const template = useOpened('configuration', asked, reading, onClose);
  const save = useSaveConfiguration(template?.template_id);
  const remove = useDeleteConfiguration();
  const told = useTellKept(keptConfiguration);
  const sites = useSiteOptions();
  return (
    <EditDrawer<Values>
      key={template?.template_id ?? templateId}
      title={isNew ? t('configuration.create') : t('configuration.edit')}
      isOpen={isNew || template !== undefined}
      onClose={onClose}
      width={560}
      testId="configuration-form"
      initial={
        template
          ? {
              name: template.name,
              dialect: template.dialect,
              vendor: template.vendor ?? '',
              model: template.model ?? '',
              site_id: template.site_id,
              text: writeLines(template.settings),
            }
          : { dialect: '1.6' }
      }
      save={async ({ text, vendor, model, site_id: siteId, ...values }) => {
        const settings = readLines(text, values.dialect);
        if (typeof settings === 'number') return;
        const left = await save.mutateAsync({
          ...values,
          settings,
          vendor: vendor?.trim() || null,
          model: model?.trim() || null,
          site_id: siteId ?? null,
        });
        if (template) told.saved(left.name, template, left);
        onClose();
      }}
      extra={
        template && (
          <Button
            danger
            onClick={() =>
              void modal.confirm({
                title: t('configuration.deleteAsk', { name: template.name }),
                content: t('configuration.deleteText'),
                okText: t('action.delete'),
                okButtonProps: { danger: true },
                onOk: () => remove.mutateAsync(template.template_id).then(onClose).catch(tell.problem),
              })
            }
          >
            {t('action.delete')}
          </Button>
        )
      }
    >
      <Form.Item
        name="name"
        label={t('profile.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={100} autoFocus data-testid="configuration-form-name" />
      </Form.Item>
      <Form.Item name="dialect" label={t('configuration.dialect')}>
        <Radio.Group
          optionType="button"
          options={(['1.6', '2.x'] as const).map((value) => ({ value, label: `OCPP ${value}` }))}
        />
      </Form.Item>
      <p className="bc-soft">{t('configuration.inheritHint')}</p>
      <Form.Item name="vendor" label={t('configuration.vendor')}>
        <Input maxLength={50} data-testid="configuration-form-vendor" />
      </Form.Item>
      <Form.Item name="model" label={t('configuration.model')}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="site_id" label={t('configuration.site')}>
        <Select allowClear showSearch optionFilterProp="label" options={sites} />
      </Form.Item>
      <Form.Item noStyle dependencies={['dialect']}>
        {({ getFieldValue }) => (
          <Form.Item
            name="text"
            label={t('configuration.settings')}
            extra={
              getFieldValue('dialect') === '1.6' ? t('configuration.linesKeys') : t('configuration.linesVariables')
            }
            dependencies={['dialect']}
            rules={[
              { required: true, whitespace: true, message: t('form.required') },
              ({ getFieldValue: get }) => ({
                validator: (_rule, text: string | undefined) => {
                  const read = readLines(text ?? '', get('dialect') as Schemas['Dialect']);
                  return typeof read === 'number'
                    ? Promise.reject(new Error(t('configuration.badLine', { line: read })))
                    : Promise.resolve();
                },
              }),
            ]}
          >
            <Input.TextArea
              autoSize={{ minRows: 6, maxRows: 20 }}
              className="bc-code"
              spellCheck={false}
              placeholder={examples[getFieldValue('dialect') as Schemas['Dialect']]}
              data-testid="configuration-form-lines"
            />
          </Form.Item>
        )}
      </Form.Item>
      {template && <AuditTrail subject={`configuration:${template.template_id}`} />}
    </EditDrawer>
  );
}
