import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { letters, paint, periods, SLOTS, type Table } from './terms';

interface PeriodPainterProps {
  table: Table;
  onChange: (table: Table) => void;
  /** Left out: this day stays. */
  onRemove?: () => void;
}

const names = Object.entries(letters);

/** The periods of a day: choose one and draw it over the half-hours. */
export function PeriodPainter({ table, onChange, onRemove }: PeriodPainterProps) {
  const { t } = useTranslation();
  const [period, choose] = useState<(typeof periods)[number]>('peak');
  const [from, begin] = useState<number | null>(null);
  const put = (to: number) => onChange({ ...table, slots: paint(table.slots, from ?? to, to, letters[period]) });
  const nameOf = (letter: string) => names.find(([, known]) => known === letter)?.[0] ?? 'flat';
  return (
    <div className="bc-painter">
      <div className="bc-painter-head">
        <Segmented
          size="small"
          value={period}
          onChange={choose}
          options={periods.map((value) => ({ value, label: t(`tariff.period.${value}`) }))}
          aria-label={t('tariff.periods')}
        />
        {onRemove && (
          <Button size="small" type="text" onClick={onRemove}>
            {t('tariff.removeTable')}
          </Button>
        )}
      </div>
      <div className="bc-painter-slots" onPointerUp={() => begin(null)} onPointerLeave={() => begin(null)}>
        {Array.from({ length: SLOTS }, (_, slot) => (
          <button
            type="button"
            // biome-ignore lint/suspicious/noArrayIndexKey: a half-hour is its number
            key={slot}
            data-period={nameOf(table.slots[slot] ?? 'F')}
            aria-label={`${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 ? '30' : '00'} ${t(`tariff.period.${nameOf(table.slots[slot] ?? 'F')}`)}`}
            onPointerDown={() => {
              begin(slot);
              onChange({ ...table, slots: paint(table.slots, slot, slot, letters[period]) });
            }}
            onPointerEnter={() => from !== null && put(slot)}
            onClick={() => put(slot)}
          >
            {slot % 4 === 0 ? String(slot / 2).padStart(2, '0') : ''}
          </button>
        ))}
      </div>
    </div>
  );
}
