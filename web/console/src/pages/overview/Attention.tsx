import { Loading, Mark, type Shape, type Tone, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { nowKinds } from '../../app/search';
import { Failure } from '../../parts/Failure';
import { MayLink } from '../../parts/MayLink';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { type NowItem, useAcknowledgeFaults, useNowList } from '../../queries/now';
import { useParkedFacts } from '../../queries/operations';
import { NextStep } from './NextStep';

const route = getRouteApi('/shell/');

type Kind = NowItem['kind'];

const looks: Record<Kind, { tone: Tone; shape: Shape }> = {
  faulted: { tone: 'bad', shape: 'triangle' },
  stuck: { tone: 'warn', shape: 'pause' },
  payment: { tone: 'bad', shape: 'cross' },
  pending: { tone: 'warn', shape: 'dots' },
  offline: { tone: 'idle', shape: 'broken' },
  unseen: { tone: 'info', shape: 'clock' },
};

/** What tells this thing from all others: a payment, a session, or a station. */
function nameOf(item: NowItem): string {
  return item.payment_id ?? item.session_id ?? item.station_id;
}

/** Where it is, and what is known of it. */
function useWords(item: NowItem): string {
  const { t } = useTranslation();
  const format = useFormat();
  const evse = item.evse_id === null ? null : t('evse.name', { evse: item.evse_id });
  const reason = item.reason && t(`now.reason.${item.reason}`);
  if (item.kind !== 'payment') return [item.site_name, evse, reason || item.words].filter(Boolean).join(' · ');
  const station = item.station_id && (item.station_name || item.station_id);
  const amount = item.currency && format.money(item.amount ?? 0, item.currency);
  return [amount, reason, station, item.words].filter(Boolean).join(' · ');
}

function AttentionRow({ item }: { item: NowItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { tone, shape } = looks[item.kind];
  const words = useWords(item);
  const { payment_id: paymentId } = item;
  return (
    <li className="bc-attention-row" data-kind={item.kind} data-testid={`attention-${item.kind}-${nameOf(item)}`}>
      <Mark tone={tone} shape={shape} pill>
        {t(`now.kind.${item.kind}`)}
      </Mark>
      <span className="bc-two-lines bc-attention-what">
        {paymentId ? (
          <MayLink needs="read_money" to="/payments" search={{ edit: paymentId }} className="bc-link">
            {t('now.paymentName', { id: paymentId.slice(-8) })}
          </MayLink>
        ) : (
          <Link to="/stations/$stationId" params={{ stationId: item.station_id }} className="bc-link">
            {item.station_name || item.station_id}
          </Link>
        )}
        <span>{words}</span>
      </span>
      <span className="bc-soft bc-attention-age" title={format.instant(item.since, 'dateTimeSeconds')}>
        {format.age(item.since, now)}
      </span>
      <span className="bc-attention-do">
        {item.kind === 'faulted' && <Acknowledge item={item} />}
        <NextStep item={item} />
      </span>
    </li>
  );
}

/** Says that somebody has seen the faults of a station: its walls fall silent. */
function Acknowledge({ item }: { item: NowItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const acknowledge = useAcknowledgeFaults();
  if (item.acknowledged_at)
    return (
      <Mark tone="idle" shape="check" title={format.instant(item.acknowledged_at)}>
        {t('now.seen')}
      </Mark>
    );
  if (!permits('control')) return null;
  return (
    <Button
      size="small"
      loading={acknowledge.isPending}
      data-testid={`attention-acknowledge-${item.station_id}`}
      onClick={() => acknowledge.mutate(item.station_id, { onError: tell.problem })}
    >
      {t('now.acknowledge')}
    </Button>
  );
}

/** Facts that a listener could not take: only who watches over the installation is told. */
function ParkedRow() {
  const { t } = useTranslation();
  const { data } = useParkedFacts({});
  const count = data?.total ?? 0;
  if (count === 0) return null;
  return (
    <li className="bc-attention-row" data-testid="attention-parked">
      <Mark tone="warn" shape="pause" pill>
        {t('now.kind.parked')}
      </Mark>
      <span className="bc-two-lines bc-attention-what">
        <span>{t('now.parked', { count })}</span>
        <span>{t('now.parkedText')}</span>
      </span>
      <span className="bc-attention-age" />
      <span className="bc-attention-do">
        <Link to="/operations">
          <Button size="small">{t('now.toOperations')}</Button>
        </Link>
      </span>
    </li>
  );
}

/** Everything that waits for a person, the worst first, each with its next step. */
export function Attention() {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  const { data, error, isPending } = useNowList();
  const { only } = route.useSearch();
  const navigate = useNavigate();
  const choose = (kind: Kind | null) =>
    void navigate({ to: '/', search: kind ? { only: kind } : {}, replace: true, resetScroll: false });
  const counts = new Map(data?.counts.map(({ kind, count }) => [kind, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const chosen = only && counts.get(only) ? only : null;
  const shown = data?.items.filter(({ kind }) => chosen === null || kind === chosen) ?? [];
  const missing = (chosen === null ? total : (counts.get(chosen) ?? 0)) - shown.length;
  return (
    <Panel
      title={t('now.title')}
      flush
      testId="attention"
      extra={
        <span className="bc-kinds">
          {nowKinds
            .filter((kind) => counts.get(kind))
            .map((kind) => (
              <button
                key={kind}
                type="button"
                className="bc-kind"
                aria-pressed={chosen === kind}
                data-testid={`attention-kind-${kind}`}
                onClick={() => choose(chosen === kind ? null : kind)}
              >
                <Mark {...looks[kind]}>
                  {t(`now.kind.${kind}`)} <b>{format.number(counts.get(kind))}</b>
                </Mark>
              </button>
            ))}
        </span>
      }
    >
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data && total === 0 && (
        <p className="bc-attention-none" data-testid="attention-none">
          <Mark tone="good" shape="check">
            {t('now.none')}
          </Mark>
        </p>
      )}
      {data && (
        <ul className="bc-attention">
          {shown.map((item) => (
            <AttentionRow key={`${item.kind} ${item.reason} ${nameOf(item)}`} item={item} />
          ))}
          {permits('watch') && <ParkedRow />}
        </ul>
      )}
      {missing > 0 && <p className="bc-attention-more">{t('now.more', { count: missing })}</p>}
    </Panel>
  );
}
