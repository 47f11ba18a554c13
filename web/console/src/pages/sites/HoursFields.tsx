import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useFormat } from '@busbar/kit';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const MONDAY = Date.UTC(2024, 0, 1);

/** The days of the week by their numbers, Monday first. */
export function useDays() {
  const { locale } = useFormat();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
    return DAYS.map((value) => ({ value, label: format.format(MONDAY + (value - 1) * 86_400_000) }));
  }, [locale]);
}

interface SpanProps {
  place: number;
  type: 'time' | 'datetime-local';
  testId: string;
}

/** From when to when, by the clock of the site. */
function Span({ place, type, testId }: SpanProps) {
  const { t } = useTranslation();
  const rules = [{ required: true, message: t('form.required') }];
  return (
    <>
      <Form.Item name={[place, 'begins']} label={t('hours.begins')} rules={rules}>
        <Input type={type} data-testid={`${testId}-begins`} />
      </Form.Item>
      <Form.Item name={[place, 'ends']} label={t('hours.ends')} rules={rules}>
        <Input type={type} data-testid={`${testId}-ends`} />
      </Form.Item>
    </>
  );
}

function Remove({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return <Button type="text" icon={<DeleteOutlined />} aria-label={t('hours.remove')} onClick={onClick} />;
}

function WeekFields() {
  const { t } = useTranslation();
  const days = useDays();
  return (
    <Form.List name={['opening', 'week']}>
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="bc-hours-row" data-testid="hours-week-row">
              <Form.Item
                name={[name, 'days']}
                label={t('hours.days')}
                rules={[{ required: true, message: t('form.required') }]}
                className="bc-hours-days"
              >
                <Select mode="multiple" options={days} optionFilterProp="label" />
              </Form.Item>
              <Span place={name} type="time" testId="hours-week" />
              <Remove onClick={() => remove(name)} />
            </div>
          ))}
          <Button
            icon={<PlusOutlined />}
            data-testid="hours-week-add"
            onClick={() => add({ days: fields.length ? [] : [1, 2, 3, 4, 5], begins: '08:00', ends: '20:00' })}
          >
            {t('hours.addWeek')}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function ExceptionFields() {
  const { t } = useTranslation();
  const kinds = (['closing', 'opening'] as const).map((value) => ({ value, label: t(`hours.${value}`) }));
  return (
    <Form.List name={['opening', 'exceptions']}>
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="bc-hours-row" data-testid="hours-exception-row">
              <Form.Item name={[name, 'kind']} label={t('hours.kind')} className="bc-hours-days">
                <Select options={kinds} />
              </Form.Item>
              <Span place={name} type="datetime-local" testId="hours-exception" />
              <Remove onClick={() => remove(name)} />
            </div>
          ))}
          <Button icon={<PlusOutlined />} data-testid="hours-exception-add" onClick={() => add({ kind: 'closing' })}>
            {t('hours.addException')}
          </Button>
        </>
      )}
    </Form.List>
  );
}

/** When drivers may come: day and night, or by the week; and what is different once. All by the clock of the site. */
export function HoursFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const isAlways: boolean | undefined = Form.useWatch(['opening', 'is_always'], form);
  return (
    <fieldset className="bc-hours">
      <legend>{t('hours.title')}</legend>
      <Form.Item name={['opening', 'is_always']} valuePropName="checked" noStyle>
        <Checkbox data-testid="hours-always">{t('hours.always')}</Checkbox>
      </Form.Item>
      {isAlways === false && <WeekFields />}
      <ExceptionFields />
      <p className="bc-soft">{t('hours.hint')}</p>
    </fieldset>
  );
}
