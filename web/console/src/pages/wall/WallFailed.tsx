import { FixedTheme } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { useRenewal } from './useRenewal';
import './wall.css';

/** In the place of a wall display that failed: it comes back without anybody's help. Loaded with the console, not with the page. */
export function WallFailed() {
  const { t } = useTranslation();
  useRenewal(0);
  return (
    <FixedTheme look="dark">
      <main className="bw-wall bw-waiting" data-testid="wall-failed">
        <p>{t('wall.failed')}</p>
      </main>
    </FixedTheme>
  );
}
