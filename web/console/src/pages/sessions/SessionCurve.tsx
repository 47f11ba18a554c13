import type { Schemas } from '@busbar/client';
import { Empty, Loading, toMillis } from '@busbar/kit';
import { type ChartEvent, TimeChart } from '@busbar/kit/chart';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { useCurve } from '../../queries/sessions';
import { curvePanels } from './curvePanels';

/** Steps that are worth a line in the curve; its begin and end are those of the session. */
const marked = ['stop_requested', 'station_offline', 'station_restarted', 'closed'];
const PANEL_PX = 136;
const FRAME_PX = 90;

/** What was measured, over one time axis, with the steps of the session in it. */
export default function SessionCurve({ session }: { session: Schemas['SessionDetail'] }) {
  const { t } = useTranslation();
  const { data, error, isPending } = useCurve(session.session_id);
  const panels = useMemo(() => (data ? curvePanels(data, t) : []), [data, t]);
  const events = useMemo<ChartEvent[]>(
    () =>
      session.steps.flatMap(({ step, at }) => {
        const millis = toMillis(at);
        return millis === null || !marked.includes(step) ? [] : [{ at: millis, label: t(`step.${step}`) }];
      }),
    [session.steps, t],
  );
  if (isPending) return <Loading rows={8} />;
  if (error && !data) return <Failure error={error} />;
  if (!panels.length) return <Empty title={t('curve.none')}>{t('curve.noneText')}</Empty>;
  const from = toMillis(session.started_at);
  return (
    <TimeChart
      {...(from !== null && { from })}
      panels={panels}
      events={events}
      heightPx={panels.length * PANEL_PX + FRAME_PX}
      zoomable
      label={t('curve.title')}
    />
  );
}
