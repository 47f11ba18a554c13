import { type ReactNode, useId } from 'react';

export interface Segment<Value extends string> {
  value: Value;
  label: ReactNode;
  testId: string;
  lang?: string;
}

interface SegmentedProps<Value extends string> {
  legend: string;
  /** The choice is plain without its name; screen readers are told it all the same. */
  isLegendHidden?: boolean;
  segments: Segment<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  className?: string;
}

/** One of a few, all of them in sight. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { legend, isLegendHidden, segments, value, onChange, className = '' } = props;
  const name = useId();
  return (
    <fieldset className={`bd-segmented ${className}`}>
      <legend className={isLegendHidden ? 'bb-visually-hidden' : undefined}>{legend}</legend>
      <div>
        {segments.map((segment) => (
          <label key={segment.value} lang={segment.lang}>
            <input
              type="radio"
              name={name}
              checked={segment.value === value}
              data-testid={segment.testId}
              onChange={() => onChange(segment.value)}
            />
            <span>{segment.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
