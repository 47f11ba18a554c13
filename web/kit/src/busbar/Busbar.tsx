import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat';
import { BusbarHead } from './BusbarHead';
import {
  BAR,
  type BusbarFeeder,
  type BusbarSum,
  breadthOf,
  HEAD,
  isNearLimit,
  type Layout,
  layOut,
  measures,
  mostOf,
  RISER,
  stepFrom,
  sumUp,
} from './drawing';
import { FeederLine } from './FeederLine';
import { describeFeeder, FeederStation } from './FeederStation';
import './busbar.css';
import { useWidth } from './useWidth';

export type { BusbarConnector, BusbarFeeder, BusbarSum } from './drawing';

export interface BusbarProps {
  feeders: readonly BusbarFeeder[];
  /** What the grid connection allows, where that is known; else the sum of the plates stands as the most. */
  limitW?: number | null;
  /** What is drawn, for those who do not see it: the site's name. */
  label: string;
  /** Where a station's page is; left out, the drawing is only looked at. */
  hrefOf?: (stationId: string) => string;
  /** Called instead of following the link. */
  onOpen?: (stationId: string) => void;
  /** At most so high, in CSS pixels, as long as the drawing can be made denser. */
  heightPx?: number;
  /** How much larger than on a desk everything is drawn; a wall takes 1.6 and more. */
  scale?: number;
}

/** More lines than these do not move: a screen that runs for weeks keeps its calm. */
const MOVING_MOST = 60;
const INCOMER_BREADTH = 14;

/** The grid connection and the bar itself, with the riser that feeds its further lengths. */
function Rails({ layout, count, sum, limitW }: { layout: Layout; count: number; sum: BusbarSum; limitW: number }) {
  const lengths = Array.from({ length: layout.rows }, (_, row) => {
    const inRow = Math.min(layout.perRow, count - row * layout.perRow);
    return { y: layout.barY(row), until: layout.placeOf(Math.max(0, inRow - 1)).x + layout.slot / 2 - 4 };
  });
  const isLive = sum.powerW > 0;
  const breadth = breadthOf(sum.powerW, limitW, INCOMER_BREADTH);
  const gauge = INCOMER_BREADTH / 2 + 3;
  const isNear = isNearLimit(sum.powerW, limitW);
  const last = lengths.at(-1)?.y ?? HEAD;
  return (
    <g>
      <g className="bb-busbar-line" data-line={isLive ? 'flow' : 'idle'} transform={`translate(${RISER} 0)`}>
        <path d="M-8 3h16M-5 7h10M-2 11h4" className="bb-busbar-grid" />
        <line y1={11} y2={18} />
        <circle cy={27} r={9.5} className="bb-busbar-coil" />
        <circle cy={39} r={9.5} className="bb-busbar-coil" />
        {isLive && <line y1={48.5} y2={HEAD} strokeWidth={breadth + 7} className="bb-busbar-glow" />}
        <line y1={48.5} y2={HEAD} {...(isLive && { strokeWidth: breadth })} />
        {isLive && <line y1={48.5} y2={HEAD} strokeWidth={Math.max(1, breadth * 0.4)} className="bb-busbar-motion" />}
        <path d={`M${-gauge} 62v9M${gauge} 62v9`} className="bb-busbar-limit" data-near={isNear || undefined} />
      </g>
      {layout.rows > 1 && (
        <line x1={RISER} x2={RISER} y1={HEAD} y2={last + BAR / 2} strokeWidth={BAR} className="bb-busbar-bar" />
      )}
      {lengths.map(({ y, until }) => (
        <g key={y}>
          {isLive && (
            <rect
              x={RISER - BAR / 2}
              y={y - 4}
              width={until - RISER + BAR}
              height={BAR + 8}
              className="bb-busbar-halo"
            />
          )}
          <rect
            x={RISER - BAR / 2}
            y={y}
            width={Math.max(BAR, until - RISER + BAR)}
            height={BAR}
            rx={1.5}
            className="bb-busbar-rail"
          />
        </g>
      ))}
    </g>
  );
}

interface FeederProps {
  feeder: BusbarFeeder;
  index: number;
  layout: Layout;
  greatestW: number;
  isMoving: boolean;
  href: string | undefined;
  isCurrent: boolean;
  onPress: (event: MouseEvent, id: string) => void;
  onPoint: (index: number | null, isFocus: boolean) => void;
}

/** A station with its line; a link where it leads somewhere. */
function Feeder({ feeder, index, layout, greatestW, isMoving, href, isCurrent, onPress, onPoint }: FeederProps) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  const { density, slot } = layout;
  const { x, row } = layout.placeOf(index);
  const { line, station } = measures[density];
  const words = describeFeeder(t, format, feeder);
  const place = { transform: `translate(${x} ${layout.barY(row) + BAR})`, 'data-station': feeder.id };
  const parts = (
    <>
      <title>{words}</title>
      <rect x={-slot / 2 + 1} width={slot - 2} height={line + station} className="bb-busbar-target" />
      <FeederLine feeder={feeder} density={density} greatestW={greatestW} isMoving={isMoving} />
      <FeederStation feeder={feeder} density={density} slot={slot} t={t} format={format} />
    </>
  );
  if (href === undefined)
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of shapes, told as one picture
      <g role="img" aria-label={words} {...place}>
        {parts}
      </g>
    );
  return (
    <a
      href={href}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      onClick={(event) => onPress(event, feeder.id)}
      onFocus={() => onPoint(index, true)}
      onBlur={() => onPoint(null, true)}
      onMouseEnter={() => onPoint(index, false)}
      {...place}
    >
      {parts}
    </a>
  );
}

/**
 * A site as engineers draw it, on one line: the grid connection, the copper bar, and the stations that hang from it.
 * A line is as broad as its power and glows with it, between the marks of its limit; a fault breaks it, an absent
 * station opens its switch.
 */
export function Busbar({ feeders, limitW, label, hrefOf, onOpen, heightPx = 560, scale = 1 }: BusbarProps) {
  const { t } = useTranslation('kit');
  const format = useFormat();
  const { place, width } = useWidth<HTMLDivElement>();
  const [active, setActive] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const list = useRef<SVGGElement>(null);
  const summaryId = useId();
  const sum = useMemo(() => sumUp(feeders), [feeders]);
  const greatestW = useMemo(() => Math.max(1, ...feeders.map(mostOf)), [feeders]);
  const layout = useMemo(
    () => layOut(feeders.length, width / scale, heightPx / scale),
    [feeders.length, width, scale, heightPx],
  );
  const mostW = limitW ?? sum.ratedW;
  const isMoving = feeders.length <= MOVING_MOST;
  const current = Math.min(active, Math.max(0, feeders.length - 1));
  const told = pointed === null ? undefined : feeders[pointed];

  const move = (event: KeyboardEvent) => {
    const next = stepFrom(current, event.key, feeders.length, layout.perRow);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    list.current?.querySelector<SVGAElement>(`[data-index="${next}"]`)?.focus();
  };
  const point = (index: number | null, isFocus: boolean) => {
    setPointed(index);
    if (isFocus && index !== null) setActive(index);
  };
  const press = (event: MouseEvent, id: string) => {
    if (!onOpen || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(id);
  };

  return (
    <div
      ref={place}
      className="bb-busbar"
      data-density={layout.density}
      style={scale === 1 ? undefined : { fontSize: `${14 * scale}px` }}
    >
      <BusbarHead
        sum={sum}
        count={feeders.length}
        limitW={limitW ?? null}
        told={told && describeFeeder(t, format, told)}
        id={summaryId}
        scale={scale}
      />
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset
        <svg
          width={width}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label={label}
          aria-describedby={summaryId}
        >
          <Rails layout={layout} count={feeders.length} sum={sum} limitW={mostW} />
          {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead from link to link */}
          <g ref={list} onKeyDown={move} onMouseLeave={() => setPointed(null)}>
            {feeders.map((feeder, index) => (
              <Feeder
                key={feeder.id}
                feeder={feeder}
                index={index}
                layout={layout}
                greatestW={greatestW}
                isMoving={isMoving}
                href={hrefOf?.(feeder.id)}
                isCurrent={index === current}
                onPress={press}
                onPoint={point}
              />
            ))}
          </g>
        </svg>
      )}
    </div>
  );
}
