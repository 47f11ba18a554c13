import type { Schemas } from '@busbar/client';
import { StateMark, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { VirtualColumn } from '../../parts/VirtualTable';
import { StationStatus } from '../station/StationStatus';
import { ConnectorStrip } from './ConnectorStrip';
import { stationPowerW } from './power';

type Station = Schemas['Station'];

function LastSeen({ at }: { at: string | null }) {
  const format = useFormat();
  const now = useNow();
  return <span className="bc-soft bc-number">{format.age(at, now)}</span>;
}

/** The columns of the list of stations. */
export function useStationColumns(): VirtualColumn<Station>[] {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  return [
    {
      key: 'station_id',
      title: t('station.station'),
      leastPx: 170,
      share: 2.2,
      isSortable: true,
      render: (station) => (
        <span className="bc-two-lines">
          <Link to="/stations/$stationId" params={{ stationId: station.station_id }} className="bc-link">
            {station.name || station.station_id}
          </Link>
          <span>{[station.name ? station.station_id : null, station.site_name].filter(Boolean).join(' · ')}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('station.state'),
      leastPx: 128,
      share: 1,
      render: (station) => <StationStatus station={station} pill />,
    },
    {
      key: 'connectors',
      title: t('station.connectors'),
      leastPx: 84,
      share: 0.9,
      render: (station) => <ConnectorStrip station={station} />,
    },
    {
      key: 'power',
      title: t('station.power'),
      leastPx: 76,
      share: 0.7,
      isNumber: true,
      render: (station) => {
        const powerW = stationPowerW(station);
        return <span className={powerW ? 'bc-number' : 'bc-number bc-soft'}>{format.power(powerW)}</span>;
      },
    },
    {
      key: 'make',
      title: t('station.make'),
      leastPx: 120,
      share: 1.4,
      render: ({ vendor, model, firmware_version: firmware }) => (
        <span className="bc-two-lines">
          <span>{[vendor, model].filter(Boolean).join(' ')}</span>
          <span>{firmware}</span>
        </span>
      ),
    },
    {
      key: 'protocol',
      title: t('station.protocol'),
      leastPx: 88,
      share: 0.8,
      render: ({ protocol }) => protocol && t(`protocol.${protocol.replaceAll('.', '_')}`),
    },
    {
      key: 'registration',
      title: t('station.registration'),
      leastPx: 100,
      share: 0.9,
      render: ({ registration }) => <StateMark kind="registration" state={registration} />,
    },
    {
      key: 'last_seen_at',
      title: t('station.lastSeen'),
      leastPx: 104,
      share: 0.8,
      isNumber: true,
      isSortable: true,
      render: (station) => <LastSeen at={station.last_seen_at} />,
    },
  ];
}
