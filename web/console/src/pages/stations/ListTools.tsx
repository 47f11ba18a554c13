import { DownloadOutlined, SettingOutlined, StarOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import type { Sheet, SheetFormat } from '@busbar/kit/export';
import { Button, Checkbox, Dropdown, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { readAllStations, type StationSearch } from '../../queries/stations';
import { stateOfStation } from '../station/StationStatus';
import { stationPowerW } from './power';
import { keepView, readViews, removeView } from './savedViews';
import { optionalColumns } from './useStationColumns';

/** Rows that a file holds at most. */
const EXPORT_MOST = 10_000;

interface ColumnChoiceProps {
  hidden: ReadonlySet<string>;
  onChange: (hidden: string | undefined) => void;
}

/** Which columns are shown; the choice stands in the address. */
export function ColumnChoice({ hidden, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const change = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onChange(next.size ? [...next].toSorted().join(',') : undefined);
  };
  const titles: Record<string, string> = {
    connectors: t('station.connectors'),
    power: t('station.power'),
    make: t('station.make'),
    protocol: t('station.protocol'),
    registration: t('station.registration'),
    last_seen_at: t('station.lastSeen'),
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="bc-stack" style={{ gap: 6 }}>
          {optionalColumns.map((key) => (
            <Checkbox key={key} checked={!hidden.has(key)} data-testid={`column-${key}`} onChange={() => change(key)}>
              {titles[key]}
            </Checkbox>
          ))}
        </div>
      }
    >
      <Button
        icon={<SettingOutlined />}
        aria-label={t('list.columns')}
        title={t('list.columns')}
        data-testid="columns-open"
      />
    </Popover>
  );
}

interface SavedViewsProps {
  personId: string;
  /** The address of what is shown. */
  href: string;
  onOpen: (href: string) => void;
}

/** Views that a person keeps: filters, order and columns under a name. */
export function SavedViews({ personId, href, onOpen }: SavedViewsProps) {
  const { t } = useTranslation();
  const [views, setViews] = useState(() => readViews(personId));
  const [name, setName] = useState('');
  const keep = () => {
    if (!name.trim()) return;
    setViews(keepView(personId, { name: name.trim(), href }));
    setName('');
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="bc-views" data-testid="views">
          {views.map((view) => (
            <div key={view.name}>
              <Button type="link" size="small" onClick={() => onOpen(view.href)}>
                {view.name}
              </Button>
              <Button
                type="text"
                size="small"
                aria-label={t('list.removeView', { name: view.name })}
                onClick={() => setViews(removeView(personId, view.name))}
              >
                ×
              </Button>
            </div>
          ))}
          {views.length === 0 && <p className="bc-soft">{t('list.noViews')}</p>}
          <Input.Search
            value={name}
            maxLength={60}
            placeholder={t('list.viewName')}
            aria-label={t('list.viewName')}
            enterButton={t('list.keepView')}
            onChange={({ target }) => setName(target.value)}
            onSearch={keep}
          />
        </div>
      }
    >
      <Button icon={<StarOutlined />} aria-label={t('list.views')} title={t('list.views')} data-testid="views-open" />
    </Popover>
  );
}

/** Stations as the rows of a table to take along. */
function useSheet() {
  const { t } = useTranslation(['app', 'kit']);
  return (stations: readonly Schemas['Station'][]): Sheet => ({
    name: t('nav.stations'),
    head: [
      t('station.id'),
      t('station.name'),
      t('station.site'),
      t('station.state'),
      t('station.registration'),
      `${t('station.power')} (kW)`,
      t('station.vendor'),
      t('station.model'),
      t('station.serialNumber'),
      t('station.firmware'),
      t('station.protocol'),
      t('station.lastSeen'),
    ],
    rows: stations.map((station) => {
      const { kind, state } = stateOfStation(station);
      return [
        station.station_id,
        station.name,
        station.site_name,
        t(`kit:mark.${kind}.${state}`),
        t(`kit:mark.registration.${station.registration}`),
        stationPowerW(station) / 1_000,
        station.vendor,
        station.model,
        station.serial_number,
        station.firmware_version,
        station.protocol,
        station.last_seen_at,
      ];
    }),
  });
}

interface ExportProps {
  search: StationSearch;
  /** Only these, when some are chosen. */
  chosen: readonly Schemas['Station'][];
}

/** The list as a file: what is chosen, else all that the filters find. */
export function ExportMenu({ search, chosen }: ExportProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const toSheet = useSheet();
  const [isBusy, setBusy] = useState(false);
  const save = async (format: SheetFormat) => {
    setBusy(true);
    try {
      const stations = chosen.length ? chosen : await readAllStations(search, EXPORT_MOST);
      const { saveSheet } = await import('@busbar/kit/export');
      saveSheet(toSheet(stations), format, `busbar-stations-${new Date().toISOString().slice(0, 10)}`);
      tell.done(t('list.exported', { count: stations.length }));
    } catch (error) {
      tell.problem(error);
    } finally {
      setBusy(false);
    }
  };
  const items = (['csv', 'xlsx'] as const).map((format) => ({
    key: format,
    label: <span data-testid={`export-${format}`}>{t(`list.export.${format}`)}</span>,
    onClick: () => void save(format),
  }));
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button
        icon={<DownloadOutlined />}
        loading={isBusy}
        aria-label={t('list.exportTitle')}
        title={t('list.exportTitle')}
        data-testid="export-open"
      />
    </Dropdown>
  );
}
