import { useEffect, useRef, useState } from 'react';
import { useFormat } from '../format/useFormat';
import { useTheme } from '../theme';
import { engine } from './engine';
import { type ChartEvent, type Panel, timeOption } from './timeOption';

export type { ChartEvent, Panel, Point, Series } from './timeOption';

interface TimeChartProps {
  panels: Panel[];
  events?: ChartEvent[];
  from?: number;
  to?: number;
  heightPx: number;
  zoomable?: boolean;
  /** What the chart shows, for those who do not see it. */
  label: string;
}

/** Curves over time. New data is drawn into the same chart, so a zoom that a person chose stays. */
export function TimeChart({ panels, events, from, to, heightPx, zoomable = false, label }: TimeChartProps) {
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
      ...(from && { from }),
      ...(to && { to }),
    };
    chart.setOption(timeOption(input), { replaceMerge: ['series', 'grid', 'xAxis', 'yAxis', 'title'] });
  }, [chart, panels, events, from, to, theme, locale, zoomable, heightPx]);

  return <div ref={place} role="img" aria-label={label} style={{ height: heightPx, width: '100%' }} />;
}
