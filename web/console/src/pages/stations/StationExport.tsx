import type { Schemas } from '@busbar/client';
import type { Sheet, SheetFormat } from '@busbar/kit/export';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../parts/ExportButton';
import { readAllStations, type StationSearch } from '../../queries/stations';
import { stateOfStation } from '../station/StationStatus';
import { stationPowerW } from './power';

/** Rows that a file holds at most. */
const EXPORT_MOST = 10_000;

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
export function StationExport({ search, chosen }: ExportProps) {
  const { t } = useTranslation();
  const toSheet = useSheet();
  const save = async (format: SheetFormat) => {
    const stations = chosen.length ? chosen : await readAllStations(search, EXPORT_MOST);
    const { saveSheet } = await import('@busbar/kit/export');
    saveSheet(toSheet(stations), format, `busbar-stations-${new Date().toISOString().slice(0, 10)}`);
    return t('list.exported', { count: stations.length });
  };
  return <ExportButton save={save} />;
}
