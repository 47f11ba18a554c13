import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat';
import { type BusbarFeeder, breadthOf, lineOf, mostOf, sumUp } from './drawing';
import './busbar.css';

interface BusbarStripProps {
  feeders: readonly Pick<
    BusbarFeeder,
    'id' | 'name' | 'kind' | 'state' | 'powerW' | 'ratedW' | 'limitW' | 'connectors'
  >[];
  widthPx?: number;
  heightPx?: number;
}

const BAR = 3;
const STEP_MOST = 12;

/** A site's busbar in a row of a list: the bar, and a short line for each station. */
export function BusbarStrip({ feeders, widthPx = 168, heightPx = 26 }: BusbarStripProps) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  const sum = sumUp(feeders);
  const greatestW = Math.max(1, ...feeders.map(mostOf));
  const step = Math.min(STEP_MOST, (widthPx - 4) / Math.max(1, feeders.length));
  const most = Math.max(1.5, step - 2);
  const words = t('busbar.strip', {
    count: feeders.length,
    shown: format.number(feeders.length),
    power: format.power(sum.powerW),
    flowing: format.number(sum.flowing),
    faulted: format.number(sum.faulted),
    offline: format.number(sum.offline),
  });
  const reach = Math.max(step, feeders.length * step);
  return (
    <svg width={widthPx} height={heightPx} role="img" aria-label={words} className="bb-busbar-strip">
      <title>{words}</title>
      <rect width={reach + 4} height={BAR} rx={1} className="bb-busbar-rail" />
      {feeders.map((feeder, index) => {
        const kind = lineOf(feeder);
        const x = 2 + step * (index + 0.5);
        const breadth = kind === 'flow' ? breadthOf(feeder.powerW, greatestW, most) : Math.min(1.5, most);
        const middle = (heightPx + BAR) / 2;
        return (
          <g key={feeder.id} className="bb-busbar-line" data-line={kind} strokeWidth={breadth}>
            {kind === 'flow' || kind === 'idle' ? (
              <line x1={x} x2={x} y1={BAR} y2={kind === 'flow' ? heightPx : heightPx - 6} strokeWidth={breadth} />
            ) : (
              <>
                <line x1={x} x2={x} y1={BAR} y2={middle - 4} strokeWidth={breadth} />
                <line x1={x} x2={x} y1={middle + 3} y2={heightPx - 4} strokeWidth={breadth} strokeDasharray="2 2" />
                {kind === 'broken' && (
                  <path d={`M${x - 2.5} ${middle + 2}l5 -5`} strokeWidth={1.8} className="bb-busbar-slash" />
                )}
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
}
