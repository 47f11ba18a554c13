import type { CSSProperties } from 'react';
import type { FigureParts } from '../format/quantity';

/** A figure in tabular numerals with its unit beside it. */
export function Figure({ parts, style }: { parts: FigureParts; style?: CSSProperties }) {
  return (
    <span className="bb-figure" style={style}>
      <span className="bb-figure-value">{parts.value}</span>
      {parts.unit && <span className="bb-figure-unit">{parts.unit}</span>}
    </span>
  );
}
