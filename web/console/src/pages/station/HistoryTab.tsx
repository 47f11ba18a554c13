import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import { Panel } from '../../parts/Panel';
import { useStationEvents } from '../../queries/stations';

type StationEvent = Schemas['StationEvent'];

const looks: Record<string, { tone: Tone; shape: Shape }> = {
  booted: { tone: 'info', shape: 'check' },
  connected: { tone: 'good', shape: 'dot' },
  disconnected: { tone: 'idle', shape: 'broken' },
  status: { tone: 'info', shape: 'half' },
};

/** What a topic of ours carries, in the reader's words; what stations report keeps their own. */
function useEventWords(): (event: StationEvent) => string | null {
  const { t } = useTranslation();
  return ({ topic, payload }) => {
    const told = (name: string) => (typeof payload[name] === 'string' ? (payload[name] as string) : null);
    const protocol = told('protocol');
    const firmware = told('firmware_version');
    switch (topic) {
      case 'booted':
        return [told('reason'), firmware && `${t('station.firmware')} ${firmware}`].filter(Boolean).join(' · ');
      case 'connected':
        return [protocol && t(`protocol.${protocol.replaceAll('.', '_')}`), told('remote_address')]
          .filter(Boolean)
          .join(' · ');
      case 'disconnected':
        return told('reason') ?? '';
      default:
        return null;
    }
  };
}

function EventRow({ event }: { event: StationEvent }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const ownWords = useEventWords()(event);
  const look = looks[event.topic] ?? { tone: 'info', shape: 'dots' };
  const words = i18n.exists(`history.topic.${event.topic}`) ? t(`history.topic.${event.topic}`) : event.topic;
  return (
    <li>
      <details className="bc-event">
        <summary>
          <span className="bc-number bc-soft">{format.instant(event.at, 'dateTimeSeconds')}</span>
          <Mark tone={look.tone} shape={look.shape}>
            {words}
          </Mark>
          {ownWords === null ? (
            <span className="bc-soft bc-cut bc-code">
              {Object.entries(event.payload)
                .filter(([, value]) => typeof value !== 'object')
                .map(([name, value]) => `${name} ${String(value)}`)
                .join(' · ')}
            </span>
          ) : (
            <span className="bc-soft bc-cut">{ownWords}</span>
          )}
        </summary>
        <Json value={event.payload} />
      </details>
    </li>
  );
}

/** What the station told of itself and its connection, the newest first. */
export default function HistoryTab({ station }: { station: Schemas['Station'] }) {
  const { t } = useTranslation();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useStationEvents(
    station.station_id,
  );
  const events = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="bc-stack">
      <Panel flush testId="history">
        {isPending && <Loading rows={6} />}
        {error && !data && <Failure error={error} />}
        {data && events.length === 0 && <Empty title={t('history.none')} />}
        <ul className="bc-events">
          {events.map((event) => (
            <EventRow key={event.event_id} event={event} />
          ))}
        </ul>
        {hasNextPage && (
          <footer className="bc-pager">
            <Button size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('list.more')}
            </Button>
          </footer>
        )}
      </Panel>
      <AuditTrail subject={`station:${station.station_id}`} />
    </div>
  );
}
