import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDriver, useDriverOptions } from '../queries/access';

interface DriverSelectProps {
  value?: string | null;
  onChange?: (driverId: string | null) => void;
  id?: string;
  testId?: string;
}

/** One of the operator's drivers, found while typing. */
export function DriverSelect({ value, onChange, id, testId }: DriverSelectProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const found = useDriverOptions(typed);
  const isListed = !value || found.some((option) => option.value === value);
  const { data: known } = useDriver(isListed ? undefined : (value ?? undefined));
  const options = isListed ? found : [{ value: value ?? '', label: known?.display_name ?? '…' }, ...found];
  return (
    <Select
      {...(id && { id })}
      allowClear
      showSearch={{ onSearch: setTyped, filterOption: false }}
      value={value || null}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? null)}
      options={options}
      placeholder={t('driver.search')}
      aria-label={t('driver.driver')}
      data-testid={testId}
    />
  );
}
