import { SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover } from 'antd';
import { useTranslation } from 'react-i18next';

interface ColumnChoiceProps {
  /** The columns that can be left out. */
  columns: readonly { key: string; title: string }[];
  hidden: ReadonlySet<string>;
  /** The keys of those that are left out, as they stand in the address. */
  onChange: (hidden: string | undefined) => void;
}

/** Which columns are shown; the choice stands in the address. */
export function ColumnChoice({ columns, hidden, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const change = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onChange(next.size ? [...next].toSorted().join(',') : undefined);
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="bc-stack" style={{ gap: 6 }}>
          {columns.map(({ key, title }) => (
            <Checkbox key={key} checked={!hidden.has(key)} data-testid={`column-${key}`} onChange={() => change(key)}>
              {title}
            </Checkbox>
          ))}
        </div>
      }
    >
      <Button
        icon={<SettingOutlined />}
        aria-label={t('list.columns')}
        title={t('list.columns')}
        data-testid="columns-open"
      />
    </Popover>
  );
}
