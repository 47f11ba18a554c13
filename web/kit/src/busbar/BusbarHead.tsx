import { useTranslation } from 'react-i18next';
import { powerParts } from '../format/quantity';
import { useFormat } from '../format/useFormat';
import { Figure } from '../state/Figure';
import { Mark } from '../state/Mark';
import { type BusbarSum, HEAD, isNearLimit, LEFT } from './drawing';

interface BusbarHeadProps {
  sum: BusbarSum;
  count: number;
  limitW: number | null;
  /** The feeder that is pointed at, in a sentence. */
  told: string | undefined;
  id: string;
  scale: number;
}

/** Beside the grid connection: what flows, of how much, and how many stations do what. */
export function BusbarHead({ sum, count, limitW, told, id, scale }: BusbarHeadProps) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  const mostW = limitW ?? sum.ratedW;
  const share = mostW > 0 ? Math.min(1, sum.powerW / mostW) : 0;
  const most = { power: format.power(mostW) };
  return (
    <div className="bb-busbar-head" style={{ height: HEAD * scale, paddingInlineStart: LEFT * scale }} id={id}>
      <div className="bb-busbar-supply">
        <span className="bb-busbar-now">
          <Figure parts={powerParts(format.locale, sum.powerW)} />
          <span className="bb-busbar-of">
            {mostW > 0 && (limitW === null ? t('busbar.ofRated', most) : t('busbar.ofLimit', most))}
          </span>
        </span>
        <span className="bb-busbar-gauge" data-near={isNearLimit(sum.powerW, mostW) || undefined} aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </span>
      </div>
      <div className="bb-busbar-tally">
        <p>
          <span>{t('busbar.stations', { count, shown: format.number(count) })}</span>
          {sum.flowing > 0 && (
            <Mark tone="flow" shape="bolt">
              {t('busbar.flowing', { count: sum.flowing })}
            </Mark>
          )}
          {sum.faulted > 0 && (
            <Mark tone="bad" shape="triangle">
              {t('busbar.faulted', { count: sum.faulted })}
            </Mark>
          )}
          {sum.offline > 0 && (
            <Mark tone="idle" shape="broken">
              {t('busbar.offline', { count: sum.offline })}
            </Mark>
          )}
        </p>
        <p className="bb-busbar-told" aria-hidden="true">
          {told}
        </p>
      </div>
    </div>
  );
}
