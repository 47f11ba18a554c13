import { DatePicker, InputNumber, Select, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldProblem } from './fieldProblems';

/** A leap year: every day of a season is in it. */
const ANY_YEAR = 2028;

interface LabelProps {
  label: string;
  path: string;
  children: (aria: { id: string; 'aria-label': string; status?: 'error' }) => ReactNode;
}

/** A named field, and below it the rule that its value breaks. */
export function Labelled({ label, path, children }: LabelProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const code = useFieldProblem(path);
  return (
    <div className="bc-terms-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-label': label, ...(code && { status: 'error' as const }) })}
      {code && (
        <small className="bc-field-problem" role="alert" data-path={path}>
          {i18n.exists(`tariff.problem.${code}`) ? t(`tariff.problem.${code}`) : t('tariff.problem.value')}
        </small>
      )}
    </div>
  );
}

/** What is wrong with a part as a whole. */
export function PartProblem({ path }: { path: string }) {
  const { t, i18n } = useTranslation();
  const code = useFieldProblem(path);
  if (!code) return null;
  return (
    <p className="bc-field-problem" role="alert" data-path={path}>
      {i18n.exists(`tariff.problem.${code}`) ? t(`tariff.problem.${code}`) : t('tariff.problem.value')}
    </p>
  );
}

interface FieldProps<Value> {
  label: string;
  path: string;
  value: Value;
  onChange: (value: Value) => void;
  testId?: string;
}

/** An exact decimal: a price, a percentage. */
export function DecimalField({
  label,
  path,
  value,
  onChange,
  testId,
  suffix,
}: FieldProps<string | null> & { suffix?: ReactNode }) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <InputNumber<string>
          {...aria}
          stringMode
          value={value}
          onChange={(given) => onChange(given === '' ? null : (given ?? null))}
          {...(suffix && { suffix })}
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

/** A whole number of a small unit that people enter in a larger one. */
export function ScaledField({
  label,
  path,
  value,
  onChange,
  testId,
  suffix,
  scale,
}: FieldProps<number | null> & { suffix: string; scale: number }) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <InputNumber<number>
          {...aria}
          min={0}
          value={value === null ? null : value / scale}
          onChange={(given) => onChange(given === null ? null : Math.round(given * scale))}
          suffix={suffix}
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

export function ChoiceField<Value extends string>({
  label,
  path,
  value,
  onChange,
  testId,
  options,
  isNeeded,
}: FieldProps<Value | null> & { options: { value: Value; label: string }[]; isNeeded?: boolean }) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <Select<Value>
          {...aria}
          allowClear={!isNeeded}
          value={value}
          options={options}
          onChange={(chosen: Value | undefined) => onChange(chosen ?? null)}
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

export function ChoicesField<Value extends string>({
  label,
  path,
  value,
  onChange,
  testId,
  options,
}: FieldProps<Value[]> & { options: { value: Value; label: string }[] }) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <Select<Value[]>
          {...aria}
          mode="multiple"
          maxTagCount="responsive"
          value={value}
          options={options}
          onChange={onChange}
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

/** A local time of day: `08:30`. */
export function TimeField({ label, path, value, onChange, testId }: FieldProps<string | null>) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <TimePicker
          {...aria}
          format="HH:mm"
          needConfirm={false}
          value={value === null ? null : dayjs(`${ANY_YEAR}-01-01T${value}`)}
          onChange={(given) => onChange(given ? given.format('HH:mm') : null)}
          placeholder=""
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

/** A local day, of one year or (`isYearly`) of every year. */
export function DayField({
  label,
  path,
  value,
  onChange,
  testId,
  isYearly,
}: FieldProps<string | null> & { isYearly?: boolean }) {
  const format = isYearly ? 'MM-DD' : 'YYYY-MM-DD';
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <DatePicker
          {...aria}
          format={format}
          value={value === null ? null : dayjs(isYearly ? `${ANY_YEAR}-${value}` : value)}
          {...(isYearly && { defaultPickerValue: dayjs(`${ANY_YEAR}-01-01`) })}
          onChange={(given) => onChange(given ? given.format(format) : null)}
          placeholder=""
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}

/** An instant. */
export function InstantField({ label, path, value, onChange, testId }: FieldProps<string | null>) {
  return (
    <Labelled label={label} path={path}>
      {(aria) => (
        <DatePicker
          {...aria}
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          value={value === null ? null : dayjs(value)}
          onChange={(given) => onChange(given ? given.toISOString() : null)}
          placeholder=""
          {...(testId && { 'data-testid': testId })}
        />
      )}
    </Labelled>
  );
}
