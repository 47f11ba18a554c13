import type { Schemas } from '@busbar/client';
import { Loading, Mark, type Shape, type Tone, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { usePermits } from '../../queries/me';
import { useAttention } from '../../queries/overview';
import { RegistrationButtons } from '../station/RegistrationButtons';

type Station = Schemas['Station'];
type Kind = 'faulted' | 'pending' | 'offline';

const looks: Record<Kind, { tone: Tone; shape: Shape }> = {
  faulted: { tone: 'bad', shape: 'triangle' },
  pending: { tone: 'warn', shape: 'dots' },
  offline: { tone: 'idle', shape: 'broken' },
};

/** What exactly is wrong: the codes that the station's connectors report. */
function faultWords(station: Station): string {
  const codes = station.evses.flatMap(({ connectors }) =>
    connectors.filter(({ status }) => status === 'faulted').map(({ error_code, info }) => info || error_code || ''),
  );
  return [...new Set([station.error_code ?? '', ...codes])].filter(Boolean).join(', ');
}

function since(kind: Kind, station: Station): string | null {
  if (kind === 'offline') return station.disconnected_at ?? station.last_seen_at;
  if (kind === 'pending') return station.created_at;
  const times = station.evses.flatMap(({ connectors }) =>
    connectors.filter(({ status }) => status === 'faulted').map(({ status_at }) => status_at ?? ''),
  );
  return times.filter(Boolean).sort().at(0) ?? station.last_seen_at;
}

function AttentionRow({ kind, station }: { kind: Kind; station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const permits = usePermits();
  const { tone, shape } = looks[kind];
  const words = kind === 'faulted' ? faultWords(station) : [station.vendor, station.model].filter(Boolean).join(' ');
  return (
    <li className="bc-attention-row" data-testid={`attention-${kind}-${station.station_id}`}>
      <Mark tone={tone} shape={shape} pill>
        {t(`attention.kind.${kind}`)}
      </Mark>
      <span className="bc-two-lines bc-attention-what">
        <Link to="/stations/$stationId" params={{ stationId: station.station_id }} className="bc-link">
          {station.name || station.station_id}
        </Link>
        <span>{[station.site_name, words].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="bc-soft bc-attention-age">{format.age(since(kind, station), now)}</span>
      <span className="bc-attention-do">
        {kind === 'pending' && permits('manage_network') ? (
          <RegistrationButtons station={station} />
        ) : (
          <Link
            to="/stations/$stationId"
            params={{ stationId: station.station_id }}
            search={kind === 'faulted' && permits('control') ? { tab: 'commands' } : { tab: 'history' }}
          >
            <Button size="small">
              {kind === 'faulted' && permits('control') ? t('attention.act') : t('attention.look')}
            </Button>
          </Link>
        )}
      </span>
    </li>
  );
}

/** Everything that waits for a person, the worst first, each with its next step. */
export function Attention() {
  const { t } = useTranslation();
  const { data, error, isPending } = useAttention();
  const count = data ? data.faulted.length + data.pending.length + data.offline.length : 0;
  return (
    <Panel
      title={t('attention.title')}
      flush
      testId="attention"
      extra={count > 0 && <span className="bc-soft">{t('attention.count', { count })}</span>}
    >
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data && count === 0 && (
        <p className="bc-attention-none" data-testid="attention-none">
          <Mark tone="good" shape="check">
            {t('attention.none')}
          </Mark>
        </p>
      )}
      {data && count > 0 && (
        <ul className="bc-attention">
          {(['faulted', 'pending', 'offline'] as const).flatMap((kind) =>
            data[kind].map((station) => <AttentionRow key={kind + station.station_id} kind={kind} station={station} />),
          )}
        </ul>
      )}
    </Panel>
  );
}
