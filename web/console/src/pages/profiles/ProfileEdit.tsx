import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Button, DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd';

import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import { keptProfile, useDeleteProfile, useProfile, useSaveProfile } from '../../queries/profiles';
import { type ProfileValues, toBody, toSchedule, toValues } from './profileValues';
import { ScheduleSketch } from './ScheduleSketch';

const purposes = ['tx', 'tx_default', 'station_max', 'external_constraints'] as const;
const kinds = ['relative', 'absolute', 'recurring_daily', 'recurring_weekly'] as const;

function PeriodFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<ProfileValues>();
  const unit = Form.useWatch('unit', form) === 'W' ? 'kW' : 'A';
  return (
    <Form.List name="periods">
      {(fields, { add, remove }) => (
        <fieldset className="bc-fieldset">
          <legend>{t('profile.periods')}</legend>
          {fields.map(({ key, name }) => (
            <div key={key} className="bc-period">
              <Form.Item name={[name, 'start_min']} rules={[{ required: true, message: '' }]}>
                <InputNumber
                  min={0}
                  max={525_600}
                  readOnly={name === 0}
                  suffix="min"
                  aria-label={t('profile.start')}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Form.Item name={[name, 'limit']} rules={[{ required: true, message: '' }]}>
                <InputNumber
                  min={0}
                  max={1_000_000}
                  step={1}
                  suffix={unit}
                  aria-label={t('profile.limit')}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Form.Item name={[name, 'phases']}>
                <Select
                  allowClear
                  placeholder={t('profile.phases')}
                  aria-label={t('profile.phases')}
                  options={[1, 2, 3].map((value) => ({ value, label: value }))}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                disabled={name === 0}
                aria-label={t('profile.removePeriod')}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button
            type="dashed"
            block
            icon={<PlusOutlined />}
            data-testid="profile-period-add"
            onClick={() => {
              const last = (form.getFieldValue('periods') as ProfileValues['periods'] | undefined)?.at(-1);
              add({ start_min: (last?.start_min ?? 0) + 30, limit: last?.limit ?? 16 });
            }}
          >
            {t('profile.addPeriod')}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function Preview() {
  const form = Form.useFormInstance<ProfileValues>();
  const values: ProfileValues | undefined = Form.useWatch([], form);
  const schedule = values && toSchedule(values);
  return schedule && schedule.periods.length > 0 ? (
    <div className="bc-preview">
      <ScheduleSketch schedule={schedule} />
    </div>
  ) : null;
}

/** Keep a charging profile under a name, or change one. */
export function ProfileEdit({ templateId, onClose }: { templateId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const isNew = templateId === 'new';
  const asked = isNew ? undefined : templateId;
  const reading = useProfile(asked);
  const template = useOpened('profile', asked, reading, onClose);
  const saveProfile = useSaveProfile(isNew ? undefined : templateId);
  const remove = useDeleteProfile();
  const told = useTellKept(keptProfile);

  const save = async (values: ProfileValues) => {
    const body: Schemas['ProfileTemplateBody'] = toBody(values);
    const left = await saveProfile.mutateAsync(body);
    if (template) told.saved(left.name, template, left);
    onClose();
  };
  const removeProfile = async (known: Schemas['ProfileTemplate']) => {
    try {
      await remove.mutateAsync(known.template_id);
      told.deleted(known.name, known);
      onClose();
    } catch (error) {
      tell.problem(error);
    }
  };

  return (
    <EditDrawer<ProfileValues>
      key={template?.template_id ?? templateId}
      title={isNew ? t('profile.create') : t('profile.edit')}
      isOpen={isNew || template !== undefined}
      onClose={onClose}
      testId="profile-form"
      width={560}
      initial={
        template
          ? toValues(template)
          : {
              profile_id: 1,
              stack_level: 0,
              purpose: 'tx',
              kind: 'relative',
              unit: 'A',
              periods: [{ start_min: 0, limit: 16 }],
            }
      }
      save={save}
      extra={
        template && (
          <Button
            danger
            loading={remove.isPending}
            data-testid="profile-delete"
            onClick={() => void removeProfile(template)}
          >
            {t('action.delete')}
          </Button>
        )
      }
    >
      <Form.Item name="name" label={t('profile.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="profile-form-name" />
      </Form.Item>
      <div className="bc-position">
        <Form.Item name="purpose" label={t('profile.purpose')}>
          <Select options={purposes.map((value) => ({ value, label: t(`profile.purposes.${value}`) }))} />
        </Form.Item>
        <Form.Item name="kind" label={t('profile.kind')}>
          <Select options={kinds.map((value) => ({ value, label: t(`profile.kinds.${value}`) }))} />
        </Form.Item>
        <Form.Item name="profile_id" label={t('profile.id')}>
          <InputNumber min={0} max={2_147_483_647} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="stack_level" label={t('profile.stackLevel')}>
          <InputNumber min={0} max={1_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="unit" label={t('profile.unit')}>
          <Radio.Group
            optionType="button"
            options={[
              { value: 'A', label: 'A' },
              { value: 'W', label: 'kW' },
            ]}
          />
        </Form.Item>
        <Form.Item name="duration_min" label={t('profile.duration')}>
          <InputNumber min={1} max={525_600} suffix="min" style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item noStyle shouldUpdate={(before: ProfileValues, after: ProfileValues) => before.kind !== after.kind}>
        {({ getFieldValue }) =>
          getFieldValue('kind') !== 'relative' && (
            <Form.Item
              name="starts_at"
              label={t('profile.startsAt')}
              rules={[{ required: true, message: t('form.required') }]}
            >
              <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
            </Form.Item>
          )
        }
      </Form.Item>
      <PeriodFields />
      <Preview />
      {template && <AuditTrail subject={`template:${template.template_id}`} />}
    </EditDrawer>
  );
}
