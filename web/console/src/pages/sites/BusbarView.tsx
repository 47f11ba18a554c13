import type { Schemas } from '@busbar/client';
import { Empty, Figure, powerParts, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { StationStatus, stateOfStation } from '../station/StationStatus';
import { ConnectorStrip } from '../stations/ConnectorStrip';
import { stationPowerW } from '../stations/power';
import './busbar.css';

type Station = Schemas['Station'];

const THINNEST_PX = 2;
const THICKEST_PX = 10;

/** What a station can draw at most, by its plates: the sum over its EVSEs. */
function ratedPowerW(station: Station): number {
  return station.evses.reduce(
    (sum, { connectors }) => sum + Math.max(0, ...connectors.map(({ max_power_w: powerW }) => powerW)),
    0,
  );
}

function Feeder({ station, greatestW }: { station: Station; greatestW: number }) {
  const format = useFormat();
  const powerW = stationPowerW(station);
  const rated = ratedPowerW(station);
  const { state } = stateOfStation(station);
  const share = rated ? Math.min(1, powerW / rated) : 0;
  const line =
    powerW > 0 ? 'flow' : state === 'offline' || state === 'faulted' || state === 'blocked' ? 'broken' : 'idle';
  return (
    <li className="bc-feeder">
      <span
        className="bc-feeder-line"
        data-line={line}
        data-state={state}
        style={{
          width:
            line === 'flow' ? THINNEST_PX + Math.min(1, powerW / greatestW) * (THICKEST_PX - THINNEST_PX) : THINNEST_PX,
        }}
        aria-hidden="true"
      />
      <Link to="/stations/$stationId" params={{ stationId: station.station_id }} className="bc-feeder-station">
        <span className="bc-feeder-name">{station.name || station.station_id}</span>
        <StationStatus station={station} />
        <Figure parts={powerParts(format.locale, powerW)} />
        {rated > 0 && (
          <span className="bc-feeder-limit">
            <i style={{ width: `${share * 100}%` }} />
          </span>
        )}
        <ConnectorStrip station={station} />
      </Link>
    </li>
  );
}

/** A site as engineers draw it: the supply, the bar, and the stations that hang from it; a line is as thick as its power. */
export function BusbarView({ stations }: { stations: Station[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!stations.length) return <Empty title={t('busbar.none')}>{t('busbar.noneText')}</Empty>;
  const powerW = stations.reduce((sum, station) => sum + stationPowerW(station), 0);
  const rated = stations.reduce((sum, station) => sum + ratedPowerW(station), 0);
  const greatestW = Math.max(1, ...stations.map(ratedPowerW));
  return (
    <div className="bc-busbar">
      <div className="bc-supply">
        <svg width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
          <g fill="none" stroke="currentColor" strokeWidth="1.8">
            <circle cx="15" cy="10.5" r="7" />
            <circle cx="15" cy="19.5" r="7" />
          </g>
        </svg>
        <span className="bc-two-lines">
          <Figure parts={powerParts(format.locale, powerW)} />
          <span>{t('busbar.rated', { power: format.power(rated) })}</span>
        </span>
      </div>
      <ul className="bc-feeders" aria-label={t('busbar.title')}>
        {stations.map((station) => (
          <Feeder key={station.station_id} station={station} greatestW={greatestW} />
        ))}
      </ul>
    </div>
  );
}
