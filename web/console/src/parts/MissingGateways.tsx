import { Mark } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

/** Says that what is shown is not all there is: some gateways did not answer. */
export function MissingGateways({ names }: { names: readonly string[] | undefined }) {
  const { t } = useTranslation();
  if (!names?.length) return null;
  return (
    <p role="status" className="bc-missing" data-testid="missing-gateways">
      <Mark tone="warn" shape="broken">
        {t('missingGateways', { count: names.length })}
      </Mark>{' '}
      <span className="bc-code">{names.join(', ')}</span>
    </p>
  );
}
