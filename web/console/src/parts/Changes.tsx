import { useTranslation } from 'react-i18next';
import { Json } from './Json';

/** A value before or after a change, in few words. */
function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Change = [string, { from: unknown; to: unknown }];

function isChange(entry: [string, unknown]): entry is Change {
  const [, value] = entry;
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

/** What a deed changed: each field with what it was and what it is, then what else is told of it. */
export function Changes({ detail }: { detail: Record<string, unknown> }) {
  const { t } = useTranslation();
  const entries = Object.entries(detail);
  const changes = entries.filter(isChange);
  const rest = Object.fromEntries(entries.filter((entry) => !isChange(entry)));
  return (
    <>
      {changes.length > 0 && (
        <dl className="bc-changes">
          {changes.map(([field, { from, to }]) =>
            field === '…' ? (
              <div key={field}>
                <dt>…</dt>
                <dd>{t('audit.more', { count: Number(to) })}</dd>
              </div>
            ) : (
              <div key={field} className="bc-code">
                <dt>{field}</dt>
                <dd>
                  <del>{words(from)}</del> → <ins>{words(to)}</ins>
                </dd>
              </div>
            ),
          )}
        </dl>
      )}
      {Object.keys(rest).length > 0 && <Json value={rest} maxHeightPx={200} />}
    </>
  );
}
