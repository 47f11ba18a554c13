import type { Schemas } from '@busbar/client';
import { Empty, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';
import { useQuirks } from '../../queries/stations';
import { DayTimeline } from './DayTimeline';
import { EvseCard } from './EvseCard';
import { PriceDisplay } from './PriceDisplay';
import { RecentSessions } from './RecentSessions';
import { StationRefusals } from './StationRefusals';
import { WaitingPanel } from './WaitingPanel';

type Station = Schemas['Station'];

function Quirks({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuirks(stationId);
  if (!data?.items.length) return null;
  return (
    <Panel title={t('quirk.title')} testId="quirks">
      <p className="bc-soft bc-first">{t('quirk.text')}</p>
      <ul className="bc-quirks">
        {data.items.map(({ action, field, count, last_seen_at: last }) => (
          <li key={`${action}.${field}`}>
            <span className="bc-code">
              {action}.{field}
            </span>
            <span className="bc-soft">{t('quirk.seen', { count, last: format.instant(last, 'dayTime') })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function StationFacts({ station }: { station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel title={t('station.about')}>
      <Facts
        lines={[
          { label: t('station.vendor'), value: station.vendor },
          { label: t('station.model'), value: station.model },
          { label: t('station.serialNumber'), value: station.serial_number, code: true },
          { label: t('station.firmware'), value: station.firmware_version, code: true },
          {
            label: t('station.meter'),
            value: [station.meter_type, station.meter_serial_number].filter(Boolean).join(' · '),
            code: true,
          },
          { label: t('station.iccid'), value: station.iccid, code: true },
          { label: t('station.imsi'), value: station.imsi, code: true },
          { label: t('station.booted'), value: station.booted_at && format.instant(station.booted_at) },
          { label: t('station.connected'), value: station.connected_at && format.instant(station.connected_at) },
          !station.is_online && {
            label: t('station.disconnected'),
            value: station.disconnected_at && format.instant(station.disconnected_at),
          },
          { label: t('station.address'), value: station.remote_address, code: true },
          {
            label: t('station.password'),
            value: station.has_password ? t('station.passwordSet') : t('station.passwordNone'),
          },
          { label: t('station.note'), value: station.note },
        ]}
      />
    </Panel>
  );
}

export function NowTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <div className="bc-columns">
      <div className="bc-stack">
        {station.last_seen_at === null ? (
          <WaitingPanel station={station} />
        ) : (
          !station.is_online && <StationRefusals stationId={station.station_id} withNameless={false} />
        )}
        {station.evses.length === 0 && (
          <Panel>
            <Empty title={t('station.noEvses')}>{t('station.noEvsesText')}</Empty>
          </Panel>
        )}
        <div className="bc-evses">
          {station.evses.map((evse) => (
            <EvseCard key={evse.evse_id} station={station} evse={evse} />
          ))}
        </div>
        <DayTimeline station={station} />
        <RecentSessions stationId={station.station_id} />
      </div>
      <div className="bc-stack">
        <StationFacts station={station} />
        <PriceDisplay stationId={station.station_id} />
        <Quirks stationId={station.station_id} />
      </div>
    </div>
  );
}
