import { DownloadOutlined } from '@ant-design/icons';
import type { SheetFormat } from '@busbar/kit/export';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from './useTell';

interface ExportButtonProps {
  /** Makes the file and tells that it is there; what it throws is told as a problem. */
  save: (format: SheetFormat) => Promise<void>;
}

/** Saves a list as a file of the reader's choice. */
export function ExportButton({ save }: ExportButtonProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const [isBusy, setBusy] = useState(false);
  const run = async (format: SheetFormat) => {
    setBusy(true);
    try {
      await save(format);
    } catch (error) {
      tell.problem(error);
    } finally {
      setBusy(false);
    }
  };
  const items = (['csv', 'xlsx'] as const).map((format) => ({
    key: format,
    label: <span data-testid={`export-${format}`}>{t(`list.export.${format}`)}</span>,
    onClick: () => void run(format),
  }));
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button
        icon={<DownloadOutlined />}
        loading={isBusy}
        aria-label={t('list.exportTitle')}
        title={t('list.exportTitle')}
        data-testid="export-open"
      />
    </Dropdown>
  );
}
