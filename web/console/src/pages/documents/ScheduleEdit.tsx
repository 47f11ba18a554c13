import type { Schemas } from '@busbar/client';
import { languageNames, languages } from '@busbar/kit';
import { Button, Checkbox, Form, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { reportGroups } from '../../app/search';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useGroupOptions } from '../../queries/access';
import { keptSchedule, useRemoveSchedule, useSaveSchedule } from '../../queries/reporting';
import { useSiteOptions } from '../../queries/sites';
import { useTariffOptions } from '../../queries/tariffs';
import { useWeekdays, writeHour } from './scheduleWords';

type Body = Schemas['ReportScheduleBody'];

const rhythms = ['daily', 'weekly', 'monthly'] as const;
const formats = ['pdf', 'xlsx', 'csv'] as const;
const hours = Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: writeHour(hour) }));
const days = Array.from({ length: 28 }, (_, index) => ({ value: index + 1, label: String(index + 1) }));
const ADDRESS = /^[^@\s,;]+@[^@\s,;]+$/;

/** When: on which day, at which hour. */
function Times({ zone }: { zone: string | undefined }) {
  const { t } = useTranslation();
  const weekdays = useWeekdays();
  return (
    <>
      <Form.Item name="rhythm" label={t('schedule.rhythm')}>
        <Segmented options={rhythms.map((value) => ({ value, label: t(`schedule.rhythms.${value}`) }))} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before, after) => before.rhythm !== after.rhythm}>
        {({ getFieldValue }) => (
          <>
            <p className="bc-soft bc-first">{t(`schedule.tells.${getFieldValue('rhythm') as Body['rhythm']}`)}</p>
            <Form.Item name="weekday" label={t('schedule.weekday')} hidden={getFieldValue('rhythm') !== 'weekly'}>
              <Select options={weekdays.map((label, index) => ({ value: index + 1, label }))} />
            </Form.Item>
            <Form.Item name="day" label={t('schedule.day')} hidden={getFieldValue('rhythm') !== 'monthly'}>
              <Select options={days} />
            </Form.Item>
          </>
        )}
      </Form.Item>
      <Form.Item name="hour" label={t('schedule.hour')} extra={zone && t('schedule.zone', { zone })}>
        <Select options={hours} data-testid="schedule-form-hour" />
      </Form.Item>
    </>
  );
}

/** Which sessions the report counts. */
function Which() {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  const tariffs = useTariffOptions();
  const groups = useGroupOptions();
  const search = { optionFilterProp: 'label' };
  return (
    <>
      <Form.Item name="group_by" label={t('schedule.groupBy')}>
        <Select options={reportGroups.map((value) => ({ value, label: t(`groupBy.${value}`) }))} />
      </Form.Item>
      <Form.Item name="site_id" label={t('groupBy.site')}>
        <Select allowClear showSearch={search} placeholder={t('schedule.all')} options={sites} />
      </Form.Item>
      <Form.Item name="tariff_id" label={t('groupBy.tariff')}>
        <Select allowClear showSearch={search} placeholder={t('schedule.all')} options={tariffs} />
      </Form.Item>
      <Form.Item name="customer_group" label={t('groupBy.customer_group')}>
        <Select allowClear showSearch={search} placeholder={t('schedule.all')} options={groups} />
      </Form.Item>
      <Form.Item name="electricity_price" label={t('report.price')}>
        <InputNumber<string> stringMode min="0" max="1000" step="0.01" style={{ width: '100%' }} />
      </Form.Item>
    </>
  );
}

type Schedule = Schemas['ReportSchedule'];

interface ScheduleEditProps {
  /** Left out: a new one. */
  schedule?: Schedule | undefined;
  isOpen: boolean;
  onClose: () => void;
  zone: string | undefined;
  isMailOn: boolean;
}

/** Have a report come round, or change how. */
export function ScheduleEdit({ schedule, isOpen, onClose, zone, isMailOn }: ScheduleEditProps) {
  const { t, i18n } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const told = useTellKept(keptSchedule);
  const saveSchedule = useSaveSchedule();
  const remove = useRemoveSchedule();
  const initial: Partial<Body> = schedule ?? {
    group_by: 'site',
    rhythm: 'monthly',
    weekday: 1,
    day: 1,
    hour: 6,
    formats: ['pdf'],
    recipients: [],
    language: languages.find((each) => i18n.language.startsWith(each)) ?? 'en',
    is_active: isMailOn,
  };
  const deed = (known: Schedule) => remove.mutateAsync(known.schedule_id).then(onClose);
  // What was sent is written to its key, which does not come back.
  const begin = (known: Schedule) =>
    known.last_at === null
      ? void deed(known).then(() => told.deleted(known.name, known), tell.problem)
      : ask({ title: t('schedule.removeAsk', { name: known.name }), yes: t('action.delete'), deed: () => deed(known) });
  return (
    <EditDrawer<Body>
      key={schedule?.schedule_id ?? 'new'}
      title={schedule ? t('schedule.edit') : t('schedule.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="schedule-form"
      initial={initial}
      save={async (values) => {
        const left = await saveSchedule.mutateAsync({
          scheduleId: schedule?.schedule_id,
          body: {
            ...values,
            site_id: values.site_id ?? null,
            tariff_id: values.tariff_id ?? null,
            customer_group: values.customer_group ?? null,
            electricity_price: values.electricity_price ?? null,
          },
        });
        if (schedule) told.saved(left.name, schedule, left);
        onClose();
      }}
      extra={
        schedule && (
          <Button
            size="small"
            danger
            loading={remove.isPending}
            onClick={() => begin(schedule)}
            data-testid="schedule-remove"
          >
            {t('action.delete')}
          </Button>
        )
      }
    >
      <Form.Item name="name" label={t('apiKey.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={100} data-testid="schedule-form-name" />
      </Form.Item>
      <Form.Item
        name="recipients"
        label={t('schedule.recipients')}
        extra={t('schedule.recipientsHint')}
        rules={[
          { required: true, message: t('form.required') },
          { type: 'array', max: 20, message: t('schedule.recipientsRule') },
          { type: 'array', defaultField: { type: 'string', pattern: ADDRESS, message: t('form.email') } },
        ]}
      >
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ';', ' ']} maxCount={20} />
      </Form.Item>
      <Times zone={zone} />
      <Form.Item
        name="formats"
        label={t('schedule.formats')}
        rules={[{ type: 'array', min: 1, message: t('form.required') }]}
      >
        <Checkbox.Group options={formats.map((value) => ({ value, label: value.toUpperCase() }))} />
      </Form.Item>
      <Form.Item name="language" label={t('driver.language')}>
        <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
      </Form.Item>
      <Which />
      <Form.Item name="is_active" label={t('schedule.isActive')} valuePropName="checked">
        <Switch data-testid="schedule-form-active" />
      </Form.Item>
      {schedule && <AuditTrail subject={`report_schedule:${schedule.schedule_id}`} />}
    </EditDrawer>
  );
}
