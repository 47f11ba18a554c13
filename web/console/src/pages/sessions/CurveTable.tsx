import { useFormat } from '@busbar/kit';
import { type Panel, rowsOf } from '@busbar/kit/chart';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** Most rows that are shown; the file holds all. */
const SHOWN = 120;

/** What was measured as figures, one row for each instant. */
export function CurveTable({ panels, sessionId }: { panels: readonly Panel[]; sessionId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { columns, rows } = useMemo(() => rowsOf(panels, SHOWN), [panels]);
  const save = async () => {
    const { saveSheet } = await import('@busbar/kit/export');
    const all = rowsOf(panels);
    saveSheet(
      {
        name: t('curve.title'),
        head: [t('curve.at'), ...all.columns.map(({ name, unit }) => `${name} (${unit})`)],
        rows: all.rows.map(({ at, values }) => [new Date(at).toISOString(), ...values]),
      },
      'csv',
      `busbar-session-${sessionId}`,
    );
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="bc-curve-table" tabIndex={0} data-testid="curve-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('curve.at')}</th>
              {columns.map(({ name, unit }) => (
                <th key={`${name} ${unit}`} scope="col">
                  {name} <small>{unit}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, values }) => (
              <tr key={at}>
                <th scope="row">{format.instant(at, 'timeSeconds')}</th>
                {values.map((value, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a value is its column
                  <td key={column}>{value === null ? '' : format.number(value, columns[column]?.digits)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="bc-curve-file">
        <Button size="small" data-testid="curve-file" onClick={() => void save()}>
          {t('curve.file')}
        </Button>
      </p>
    </>
  );
}
