import type { CSSProperties, ReactNode } from 'react';

interface PanelProps {
  title?: string;
  /** On the right of the title. */
  extra?: ReactNode;
  children: ReactNode;
  /** Content up to the edge, for tables and maps. */
  flush?: boolean;
  style?: CSSProperties;
  testId?: string;
}

/** A titled part of a page. */
export function Panel({ title, extra, children, flush = false, style, testId }: PanelProps) {
  return (
    <section className="bc-panel" style={style} data-testid={testId} aria-label={title}>
      {(title || extra) && (
        <header>
          <h2>{title}</h2>
          {extra}
        </header>
      )}
      <div className={flush ? 'bc-panel-flush' : 'bc-panel-body'}>{children}</div>
    </section>
  );
}
