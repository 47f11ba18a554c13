import { memo } from 'react';
import { Drawing } from '../state/Mark';
import type { MarkLook } from '../state/marks';
import { type BusbarFeeder, breadthOf, type Density, isNearLimit, lineOf, measures, mostOf } from './drawing';

interface FeederLineProps {
  feeder: BusbarFeeder;
  density: Density;
  greatestW: number;
  /** Moving dashes, unless there are too many lines for them. */
  isMoving: boolean;
}

/** A shape of `Mark` within the drawing, its middle at x and y. */
export function DrawnShape({ shape, tone, x, y, size }: MarkLook & { x: number; y: number; size: number }) {
  const scale = size / 16;
  return (
    <g transform={`translate(${x - size / 2} ${y - size / 2}) scale(${scale})`} data-tone={tone}>
      <Drawing shape={shape} />
    </g>
  );
}

/** The line from the bar down to a station: as broad as its power, between the marks of its limit. */
export const FeederLine = memo(function FeederLine({ feeder, density, greatestW, isMoving }: FeederLineProps) {
  const { line: length, breadth: most } = measures[density];
  const kind = lineOf(feeder);
  const mostW = mostOf(feeder);
  const breadth = breadthOf(feeder.powerW, greatestW, most);
  const gauge = breadthOf(mostW, greatestW, most) / 2 + 2.5;
  const middle = length * 0.5;
  const isNear = kind === 'flow' && isNearLimit(feeder.powerW, mostW);
  return (
    <g className="bb-busbar-line" data-line={kind} data-near={isNear || undefined}>
      {kind === 'flow' && (
        <>
          <line y1={0} y2={length} strokeWidth={breadth + 7} className="bb-busbar-glow" />
          <line y1={0} y2={length} strokeWidth={breadth} />
          {isMoving && (
            <line y1={0} y2={length} strokeWidth={Math.max(1, breadth * 0.4)} className="bb-busbar-motion" />
          )}
        </>
      )}
      {kind === 'idle' && (
        <>
          <line y1={0} y2={length} />
          <rect x={-3} y={middle - 3} width={6} height={6} className="bb-busbar-switch" />
        </>
      )}
      {kind === 'open' && (
        <>
          <line y1={0} y2={middle - 8} />
          <circle cy={middle - 8} r={1.8} className="bb-busbar-contact" />
          <line x1={0} y1={middle + 7} x2={-9} y2={middle - 7} />
          <line y1={middle + 7} y2={length} strokeDasharray="3 4" />
        </>
      )}
      {kind === 'broken' && (
        <>
          <line y1={0} y2={middle - 10} />
          <line x1={-4.5} x2={4.5} y1={middle - 7} y2={middle - 13} />
          <line x1={-4.5} x2={4.5} y1={middle + 13} y2={middle + 7} />
          <line y1={middle + 10} y2={length} strokeDasharray="3 4" />
        </>
      )}
      {mostW > 0 && kind === 'flow' && (
        <path d={`M${-gauge} ${middle - 4}v8M${gauge} ${middle - 4}v8`} className="bb-busbar-limit" />
      )}
    </g>
  );
});
