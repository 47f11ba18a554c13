import { useEffect, useRef, useState } from 'react';
import { useFormat } from '../format/useFormat';
import { useTheme } from '../theme';
import { engine } from './engine';
import { type ChartBand, type ChartEvent, type Panel, timeOption } from './timeOption';
import { ZoomKeys } from './ZoomKeys';

export type { ChartBand, ChartEvent, Panel, Point, Series } from './timeOption';

interface TimeChartProps {
  panels: Panel[];
  events?: ChartEvent[];
  bands?: ChartBand[];
  from?: number;
  to?: number;
  heightPx: number;
  zoomable?: boolean;
  /** Whose clocks the axis shows, an IANA name; the reader's own by default. */
  timeZone?: string;
  /** What the chart shows, for those who do not see it. */
  label: string;
}

/** Curves over time. New data is drawn into the same chart, so a zoom that a person chose stays. */
export function TimeChart({
  panels,
  events,
  bands,
  from,
  to,
  heightPx,
  zoomable = false,
  timeZone,
  label,
}: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ReturnType<typeof engine.init> | null>(null);
  const { look: theme } = useTheme();
  const { locale } = useFormat();

  useEffect(() => {
    if (!place.current) return;
    const made = engine.init(place.current);
    const resized = new ResizeObserver(() => made.resize());
    resized.observe(place.current);
    setChart(made);
    return () => {
      resized.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    if (!chart || chart.isDisposed()) return;
    const input = {
      panels,
      theme,
      locale,
      zoomable,
      heightPx,
      ...(events && { events }),
      ...(bands && { bands }),
      ...(from && { from }),
      ...(to && { to }),
      ...(timeZone && { timeZone }),
    };
    chart.setOption(timeOption(input), { replaceMerge: ['series', 'grid', 'xAxis', 'yAxis', 'title'] });
  }, [chart, panels, events, bands, from, to, theme, locale, zoomable, timeZone, heightPx]);

  return (
    <div className="bb-chart">
      {zoomable && chart && <ZoomKeys chart={chart} />}
      <div ref={place} role="img" aria-label={label} style={{ height: heightPx, width: '100%' }} />
    </div>
  );
}
