import type { Schemas } from '@busbar/client';
import { Empty, Loading, toMillis } from '@busbar/kit';
import { type ChartEvent, TimeChart } from '@busbar/kit/chart';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { useCurve, useRecord } from '../../queries/sessions';
import { useSessionPrice } from '../../queries/tariffs';
import { CurveTable } from './CurveTable';
import { curvePanels } from './curvePanels';
import { priceBands } from './priceBands';

/** Steps that are worth a line in the curve; its begin and end are those of the session. */
const marked = [
  'stop_requested',
  'stop_refused',
  'station_offline',
  'station_restarted',
  'target_reached',
  'reopened',
  'closed',
];
const PANEL_PX = 136;
const FRAME_PX = 90;

interface SessionCurveProps {
  session: Schemas['SessionDetail'];
  /** The same as figures, for those who read them or do not see the curve. */
  isTable: boolean;
}

/** What was measured, over one time axis, with the prices that held and the steps of the session in it. */
export default function SessionCurve({ session, isTable }: SessionCurveProps) {
  const { t, i18n } = useTranslation();
  const { data, error, isPending } = useCurve(session.session_id);
  const { data: price } = useSessionPrice(session.session_id, session.cost !== null);
  const { data: record } = useRecord(session.session_id, session.state === 'ended');
  const from = toMillis(session.started_at);
  const registerWh = record?.register_start_wh ?? null;
  const panels = useMemo(() => {
    const begin = from === null || registerWh === null ? undefined : { millis: from, registerWh };
    return data ? curvePanels(data, t, begin) : [];
  }, [data, t, from, registerWh]);
  const bands = useMemo(() => {
    const why = (reason: string) => (i18n.exists(`tariff.period.${reason}`) ? t(`tariff.period.${reason}`) : reason);
    return priceBands(price?.lines ?? [], (line, unitPrice) =>
      [why(line.reason), `${unitPrice} ${price?.currency}/${line.unit}`].filter(Boolean).join(' · '),
    );
  }, [price, t, i18n]);
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
  if (isTable) return <CurveTable panels={panels} sessionId={session.session_id} />;
  return (
    <TimeChart
      {...(from !== null && { from })}
      panels={panels}
      events={events}
      bands={bands}
      heightPx={panels.length * PANEL_PX + FRAME_PX}
      zoomable
      label={t('curve.title')}
    />
  );
}
