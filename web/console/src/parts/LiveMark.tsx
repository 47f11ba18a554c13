import { Mark, Stale, useLiveState, useNow } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

/** A short break is not worth a word. */
const PATIENCE_MILLIS = 4_000;

/** Whether what the page shows is from now. */
export function LiveMark() {
  const { t } = useTranslation();
  const { isLive, lastOpenAt } = useLiveState();
  const now = useNow();
  if (isLive || (lastOpenAt !== null && now - lastOpenAt < PATIENCE_MILLIS))
    return (
      <span className="bc-live" data-testid="live-mark" data-live="true">
        <Mark tone="good" shape="dot">
          {t('shell.live')}
        </Mark>
      </span>
    );
  return (
    <span className="bc-live" data-testid="live-mark" data-live="false">
      <Stale since={lastOpenAt} />
    </span>
  );
}
