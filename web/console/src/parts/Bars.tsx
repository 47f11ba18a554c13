import './bars.css';

export interface Bar {
  key: string;
  label: string;
  /** One or two lengths, of the same unit; the first is what was, the second what would be. */
  values: readonly number[];
  /** In words, at the end of the bar. */
  text: string;
}

const MOST = 24;

/** Lengths under each other, the longest as broad as there is room; the table beside it says the same in figures. */
export function Bars({ bars, label, names }: { bars: readonly Bar[]; label: string; names?: readonly string[] }) {
  const shown = bars.slice(0, MOST);
  const longest = Math.max(1, ...shown.flatMap(({ values }) => values.map(Math.abs)));
  return (
    <div className="bc-bars" role="img" aria-label={label}>
      {names && (
        <div className="bc-bars-names">
          {names.map((name, place) => (
            <span key={name}>
              <i data-place={place} /> {name}
            </span>
          ))}
        </div>
      )}
      {shown.map(({ key, label: words, values, text }) => (
        <div key={key} className="bc-bar">
          <span className="bc-bar-label" title={words}>
            {words}
          </span>
          <span className="bc-bar-lines">
            {values.map((value, place) => (
              <i
                // biome-ignore lint/suspicious/noArrayIndexKey: what was, what would be
                key={place}
                data-place={values.length === 1 ? 1 : place}
                style={{ width: `${(Math.abs(value) / longest) * 100}%` }}
              />
            ))}
          </span>
          <span className="bc-number">{text}</span>
        </div>
      ))}
    </div>
  );
}
