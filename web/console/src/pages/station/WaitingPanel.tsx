import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { CopyButton } from '../../parts/Json';
import { Panel } from '../../parts/Panel';
import { useFrames, useFrameTail } from '../../queries/wire';
import { StationRefusals } from './StationRefusals';

const SHOWN = 12;

/** A station that was entered and has not come yet: what it needs to know, and what arrives of it, as it arrives. */
export function WaitingPanel({ station }: { station: Schemas['Station'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { station_id: stationId } = station;
  const frames = useFrames(stationId, {});
  useFrameTail(stationId, {}, true);
  const arrived = frames.data?.pages.flatMap(({ items }) => items).slice(0, SHOWN) ?? [];
  const path = `/ocpp/${encodeURIComponent(stationId)}`;
  return (
    <Panel title={t('arrival.title')} testId="arrival">
      <Facts
        lines={[
          {
            label: t('arrival.path'),
            value: (
              <>
                {path} <CopyButton text={path} />
              </>
            ),
            code: true,
          },
          { label: t('arrival.protocols'), value: 'ocpp1.6 · ocpp2.0.1 · ocpp2.1', code: true },
          {
            label: t('station.password'),
            value: station.has_password ? t('arrival.needsPassword') : t('station.passwordNone'),
          },
        ]}
      />
      <div aria-live="polite" className="bc-arrivals">
        {frames.isPending && <Loading rows={2} />}
        {frames.data && arrived.length === 0 && (
          <Mark tone="info" shape="clock">
            {t('arrival.waiting')}
          </Mark>
        )}
        <ul>
          {arrived.map(({ at, entry_id: id, direction, text }) => {
            const isRefused = direction === 'note' && text.startsWith('refused: ');
            return (
              <li key={`${at} ${id}`}>
                <span className="bc-number bc-soft">{format.instant(at, 'timeSeconds')}</span>
                <Mark tone={isRefused ? 'bad' : 'good'} shape={isRefused ? 'cross' : 'dots'}>
                  {isRefused ? t('arrival.refused') : t('arrival.arrived')}
                </Mark>
                <span className="bc-code bc-soft bc-cut">{text}</span>
              </li>
            );
          })}
        </ul>
      </div>
      <StationRefusals stationId={stationId} withNameless />
      <p className="bc-soft bc-arrival-others">
        {t('arrival.nothing')}{' '}
        <Link to="/stations" search={{ registration: 'pending' }}>
          {t('arrival.others')}
        </Link>
      </p>
    </Panel>
  );
}
