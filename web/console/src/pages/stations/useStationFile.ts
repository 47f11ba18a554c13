import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';
import type { ListFile } from '../../parts/ListExport';
import { readStations, type StationSearch } from '../../queries/stations';
import { stateOfStation } from '../station/StationStatus';
import { stationPowerW } from './power';

/** The list of stations as a file. */
export function useStationFile(search: StationSearch): ListFile<Schemas['Station']> {
  const { t } = useTranslation(['app', 'kit']);
  return {
    title: t('nav.stations'),
    read: (part) => readStations(search, part),
    fields: [
      [t('station.id'), (station) => station.station_id],
      [t('station.name'), (station) => station.name],
      [t('station.site'), (station) => station.site_name],
      [
        t('station.state'),
        (station) => {
          const { kind, state } = stateOfStation(station);
          return t(`kit:mark.${kind}.${state}`);
        },
      ],
      [t('station.registration'), ({ registration }) => t(`kit:mark.registration.${registration}`)],
      [`${t('station.power')} (kW)`, (station) => stationPowerW(station) / 1_000],
      [t('station.vendor'), (station) => station.vendor],
      [t('station.model'), (station) => station.model],
      [t('station.serialNumber'), (station) => station.serial_number],
      [t('station.firmware'), (station) => station.firmware_version],
      [t('station.protocol'), (station) => station.protocol],
      [t('station.lastSeen'), (station) => station.last_seen_at],
    ],
  };
}
