import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

interface OnlyOfProps {
  /** Whose a list is alone: by name where it is known, else by id. */
  name: string;
  onClear: () => void;
}

/** A filter that a link brought and no choice shows: what it is, and the way to take it away. */
export function OnlyOf({ name, onClear }: OnlyOfProps) {
  const { t } = useTranslation();
  return (
    <Button onClick={onClear} icon={<CloseOutlined />} iconPlacement="end" data-testid="only-of">
      {t('money.onlyOf', { name })}
    </Button>
  );
}
