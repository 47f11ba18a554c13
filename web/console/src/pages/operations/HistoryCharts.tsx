import { Empty } from '@busbar/kit';
import { TimeChart } from '@busbar/kit/chart';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import type { HistoryPoint } from '../../queries/operations';
import { corePanels, doorPanels, type Words } from './historyPanels';

const HEIGHT_PX = 380;
const MINUTE_MILLIS = 60_000;
/** The axis spans a quarter of an hour, or what there is, but no less than this: or the first points would be all there is. */
const LEAST_MINUTES = 3;
const MOST_MINUTES = 15;
/** With fewer points there is no curve yet. */
const POINTS_LEAST = 2;

const names = [
  'messages',
  'failures',
  'perSecond',
  'answer',
  'commit',
  'half',
  'slowest',
  'batch',
  'perBatch',
  'connections',
  'stations',
  'queue',
  'waiting',
  'lag',
  'processor',
] as const;

/** The last quarter of an hour. */
export function HistoryCharts({ history, spanS }: { history: HistoryPoint[]; spanS: number }) {
  const { t } = useTranslation();
  const words = useMemo(
    () => Object.fromEntries(names.map((name) => [name, t(`operations.chart.${name}`)])) as Words,
    [t],
  );
  const [door, core] = useMemo(
    () => [doorPanels(history, spanS, words), corePanels(history, spanS, words)],
    [history, spanS, words],
  );
  const to = new Date(history.at(-1)?.at ?? Date.now()).getTime();
  const first = new Date(history[0]?.at ?? to).getTime();
  const from = Math.max(Math.min(first, to - LEAST_MINUTES * MINUTE_MILLIS), to - MOST_MINUTES * MINUTE_MILLIS);
  const charts = [
    { name: 'door', title: t('operations.doorChart'), panels: door },
    { name: 'core', title: t('operations.coreChart'), panels: core },
  ];
  return (
    <div className="bc-ops-two">
      {charts.map(({ name, title, panels }) => (
        <Panel key={name} title={title} extra={<span className="bc-soft">{t('operations.quarter')}</span>}>
          {history.length < POINTS_LEAST ? (
            <Empty title={t('operations.noHistory')}>{t('operations.noHistoryText')}</Empty>
          ) : (
            <TimeChart panels={panels} heightPx={HEIGHT_PX} label={title} from={from} to={to} />
          )}
        </Panel>
      ))}
    </div>
  );
}
