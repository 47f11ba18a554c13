import type { ReactNode } from 'react';

/** What a state means for the person who reads it; it chooses the colour. */
export type Tone = 'good' | 'flow' | 'warn' | 'bad' | 'info' | 'idle';

/** The shape of a state: it can be told without colour. */
export type Shape =
  | 'ring'
  | 'bolt'
  | 'half'
  | 'pause'
  | 'triangle'
  | 'slash'
  | 'broken'
  | 'diamond'
  | 'dots'
  | 'check'
  | 'cross'
  | 'dot'
  | 'clock';

const strokes = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.7,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const drawings: Record<Shape, ReactNode> = {
  ring: <circle cx="8" cy="8" r="5.6" {...strokes} />,
  bolt: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" className="bb-flow" />
      <path d="M8.9 3.2 4.9 8.9h2.7l-.6 3.9 4-5.7H8.3z" fill="var(--bb-surface)" />
    </>
  ),
  half: (
    <>
      <circle cx="8" cy="8" r="5.6" {...strokes} />
      <path d="M8 2.4a5.6 5.6 0 0 0 0 11.2z" fill="currentColor" />
    </>
  ),
  pause: (
    <>
      <circle cx="8" cy="8" r="6.2" {...strokes} />
      <path d="M6.3 5.6v4.8M9.7 5.6v4.8" {...strokes} />
    </>
  ),
  triangle: (
    <>
      <path d="M8 1.4 15.2 14H.8z" fill="currentColor" />
      <path d="M8 6v3.6M8 11.7v.1" {...strokes} stroke="var(--bb-surface)" />
    </>
  ),
  slash: (
    <>
      <circle cx="8" cy="8" r="5.6" {...strokes} />
      <path d="m4.2 11.8 7.6-7.6" {...strokes} />
    </>
  ),
  broken: <circle cx="8" cy="8" r="5.6" {...strokes} strokeDasharray="3.1 2.75" />,
  diamond: <path d="m8 1.8 6.2 6.2L8 14.2 1.8 8z" {...strokes} />,
  dots: (
    <>
      <rect x="1.9" y="3.4" width="12.2" height="9.2" rx="2.4" {...strokes} />
      <path d="M5 8h.01M8 8h.01M11 8h.01" {...strokes} strokeWidth={2} />
    </>
  ),
  check: (
    <>
      <circle cx="8" cy="8" r="6.2" {...strokes} />
      <path d="m5.3 8.2 2 2 3.5-4" {...strokes} />
    </>
  ),
  cross: (
    <>
      <circle cx="8" cy="8" r="6.2" {...strokes} />
      <path d="m5.9 5.9 4.2 4.2M10.1 5.9l-4.2 4.2" {...strokes} />
    </>
  ),
  dot: <circle cx="8" cy="8" r="4.4" fill="currentColor" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6.2" {...strokes} />
      <path d="M8 4.6V8l2.2 1.6" {...strokes} />
    </>
  ),
};

/** A shape within another drawing: a grid of 16 by 16. */
export function Drawing({ shape }: { shape: Shape }) {
  return drawings[shape];
}

/** The shape alone; decorative, so the word beside it (or `label`) must say the same. */
export function Glyph({ shape, label }: { shape: Shape; label?: string }) {
  return label ? (
    <svg viewBox="0 0 16 16" role="img" aria-label={label}>
      {drawings[shape]}
    </svg>
  ) : (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      {drawings[shape]}
    </svg>
  );
}

interface MarkProps {
  tone: Tone;
  shape: Shape;
  children: ReactNode;
  /** A filled background, for tables and headings. */
  pill?: boolean;
  /** Power flows here: the one thing that moves. */
  flowing?: boolean;
  title?: string;
}

/** A state told three ways: shape, word and colour. */
export function Mark({ tone, shape, children, pill, flowing, title }: MarkProps) {
  return (
    <span
      className="bb-mark"
      data-tone={tone}
      data-pill={pill || undefined}
      data-flowing={flowing || undefined}
      title={title}
    >
      <Glyph shape={shape} />
      <span>{children}</span>
    </span>
  );
}
