import { Button, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { saveCdr } from '../../queries/roaming';

const versions = ['2.2.1', '2.3.0'] as const;

/** A record for a partner as a file, in each version of OCPI. */
export function CdrFiles({ cdrId }: { cdrId: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  return (
    <Space size="small">
      {versions.map((version) => (
        <Button
          key={version}
          size="small"
          aria-label={t('roaming.download', { version })}
          onClick={() => void saveCdr(cdrId, version).catch(tell.problem)}
          data-testid={`cdr-${version}`}
        >
          OCPI {version}
        </Button>
      ))}
    </Space>
  );
}
