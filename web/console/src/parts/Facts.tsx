import type { ReactNode } from 'react';

export interface FactLine {
  label: string;
  value: ReactNode;
  /** Written in a typeface in which every character has the same width: ids and codes. */
  code?: boolean;
}

/** Names and values under each other; values that are not known are left out. */
export function Facts({ lines, columns = 1 }: { lines: (FactLine | null | false)[]; columns?: 1 | 2 | 3 }) {
  const known = lines.filter(
    (line): line is FactLine => Boolean(line) && (line as FactLine).value != null && (line as FactLine).value !== '',
  );
  return (
    <dl className="bc-facts" data-columns={columns}>
      {known.map(({ label, value, code }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={code ? 'bc-code' : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
