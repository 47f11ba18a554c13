import { ArrowUpOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ChoicesField, DayField, PartProblem } from './Fields';
import { PeriodPainter } from './PeriodPainter';
import { moveUp, newTable, removeAt, replaceAt, TABLES_MAX, type Table } from './terms';
import { useChoices } from './useChoices';

interface PeriodTablesProps {
  value: readonly Table[];
  onChange: (tables: Table[]) => void;
}

/** The days of which a table holds; nothing chosen: of every day. */
function Days({ table, path, onChange }: { table: Table; path: string; onChange: (table: Table) => void }) {
  const { t } = useTranslation();
  const choices = useChoices();
  const at = <Key extends keyof Table>(key: Key) => ({
    path: `${path}.${key}`,
    value: table[key],
    onChange: (given: Table[Key]) => onChange({ ...table, [key]: given }),
  });
  return (
    <div className="bc-terms-when">
      <ChoicesField
        label={t('tariff.weekdays')}
        {...at('weekdays')}
        options={choices.weekdays}
        testId="table-weekdays"
      />
      <ChoicesField
        label={t('tariff.dayTypes')}
        {...at('day_types')}
        options={choices.dayTypes}
        testId="table-day-types"
      />
      <DayField label={t('tariff.when.season_start')} {...at('season_start')} isYearly testId="table-season-start" />
      <DayField label={t('tariff.when.season_end')} {...at('season_end')} isYearly testId="table-season-end" />
    </div>
  );
}

/** The periods of the half-hours, by kinds of day: the first table whose day matches holds. */
export function PeriodTables({ value, onChange }: PeriodTablesProps) {
  const { t } = useTranslation();
  return (
    <section className="bc-terms-tables" aria-label={t('tariff.tables')} data-testid="tariff-tables">
      {value.length > 1 && <p className="bc-soft">{t('tariff.tablesText')}</p>}
      {value.map((table, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a table is its place in the order
        <div className="bc-terms-element" key={index} data-testid="tariff-table">
          <header>
            <b>{index + 1}</b>
            <span className="bc-soft">{t('tariff.table')}</span>
            <Button
              type="text"
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              onClick={() => onChange(moveUp(value, index))}
              aria-label={t('tariff.moveUp')}
            />
          </header>
          <Days
            table={table}
            path={`tables[${index}]`}
            onChange={(changed) => onChange(replaceAt(value, index, changed))}
          />
          <PeriodPainter
            table={table}
            onChange={(changed) => onChange(replaceAt(value, index, changed))}
            onRemove={() => onChange(removeAt(value, index))}
          />
        </div>
      ))}
      <PartProblem path="tables" />
      {value.length < TABLES_MAX && (
        <Button
          icon={<PlusOutlined />}
          onClick={() => onChange([newTable(value.length ? { day_types: ['weekend', 'holiday'] } : {}), ...value])}
          data-testid="tariff-table-add"
        >
          {value.length === 0 ? t('tariff.addTable') : t('tariff.addOtherTable')}
        </Button>
      )}
    </section>
  );
}
