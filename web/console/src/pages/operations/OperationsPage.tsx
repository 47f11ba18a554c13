import { Loading, Mark, type Shape, type Tone, toMillis, useFormat, useNow } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { type Operations, useOperations } from '../../queries/operations';
import { DeadJobs } from './DeadJobs';
import { HistoryCharts } from './HistoryCharts';
import { KeyFigures } from './KeyFigures';
import { Ledgers } from './Ledgers';
import './operations.css';
import { ParkedFacts } from './ParkedFacts';
import { ParkedParcels } from './ParkedParcels';
import { Processes } from './Processes';

type Overall = 'ok' | 'impaired' | 'down';

const looks: Record<Overall, { tone: Tone; shape: Shape }> = {
  ok: { tone: 'good', shape: 'check' },
  impaired: { tone: 'warn', shape: 'triangle' },
  down: { tone: 'bad', shape: 'cross' },
};

/** The worst of all parts: one look tells whether one must read on. */
export function overallOf({ processes }: Operations): Overall {
  const all = processes.flatMap(({ parts }) => parts.map(({ condition }) => condition));
  if (!processes.length || all.includes('down')) return 'down';
  return all.includes('impaired') ? 'impaired' : 'ok';
}

/** How the installation itself is, for those who run it. */
export function OperationsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data, error, isPending } = useOperations();
  if (isPending) return <Loading rows={10} />;
  if (!data) return <Failure error={error} />;
  const overall = overallOf(data);
  const startedAt = data.processes.map(({ started_at: at }) => toMillis(at) ?? now).sort((one, two) => one - two)[0];
  const uptimeS = startedAt === undefined ? null : Math.max(0, Math.round((now - startedAt) / 1_000));
  return (
    <>
      <PageHead
        title={t('nav.operations')}
        mark={
          <Mark {...looks[overall]} pill>
            {t(`operations.overall.${overall}`)}
          </Mark>
        }
      >
        {t('operations.line', {
          count: data.processes.length,
          version: data.processes[0]?.version ?? '',
          uptime: format.duration(uptimeS),
        })}
      </PageHead>
      <div className="bc-stack" data-testid="operations">
        <KeyFigures operations={data} />
        <Processes processes={data.processes} />
        <HistoryCharts history={data.history} spanS={data.span_s} />
        <Ledgers operations={data} />
        <ParkedFacts />
        <ParkedParcels />
        <DeadJobs />
      </div>
    </>
  );
}
