import { Loading, Mark, type Shape, type Tone, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { usePermits } from '../../queries/me';
import { type NowItem, useNowList } from '../../queries/now';
import { useParkedFacts } from '../../queries/operations';
import { NextStep } from './NextStep';

type Kind = NowItem['kind'];

const kinds = ['faulted', 'stuck', 'pending', 'offline', 'unseen'] as const satisfies readonly Kind[];

const looks: Record<Kind, { tone: Tone; shape: Shape }> = {
  faulted: { tone: 'bad', shape: 'triangle' },
  stuck: { tone: 'warn', shape: 'pause' },
  pending: { tone: 'warn', shape: 'dots' },
  offline: { tone: 'idle', shape: 'broken' },
  unseen: { tone: 'info', shape: 'clock' },
};

function AttentionRow({ item }: { item: NowItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { tone, shape } = looks[item.kind];
  const evse = item.evse_id === null ? null : t('evse.name', { evse: item.evse_id });
  const words = item.reason ? t(`now.reason.${item.reason}`) : item.words;
  return (
    <li
      className="bc-attention-row"
      data-kind={item.kind}
      data-testid={`attention-${item.kind}-${item.session_id ?? item.station_id}`}
    >
      <Mark tone={tone} shape={shape} pill>
        {t(`now.kind.${item.kind}`)}
      </Mark>
      <span className="bc-two-lines bc-attention-what">
        <Link to="/stations/$stationId" params={{ stationId: item.station_id }} className="bc-link">
          {item.station_name || item.station_id}
        </Link>
        <span>{[item.site_name, evse, words].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="bc-soft bc-attention-age" title={format.instant(item.since, 'dateTimeSeconds')}>
        {format.age(item.since, now)}
      </span>
      <span className="bc-attention-do">
        <NextStep item={item} />
      </span>
    </li>
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
  const [only, setOnly] = useState<Kind | null>(null);
  const counts = new Map(data?.counts.map(({ kind, count }) => [kind, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const chosen = only !== null && counts.get(only) ? only : null;
  const shown = data?.items.filter(({ kind }) => chosen === null || kind === chosen) ?? [];
  const missing = (chosen === null ? total : (counts.get(chosen) ?? 0)) - shown.length;
  return (
    <Panel
      title={t('now.title')}
      flush
      testId="attention"
      extra={
        <span className="bc-kinds">
          {kinds
            .filter((kind) => counts.get(kind))
            .map((kind) => (
              <button
                key={kind}
                type="button"
                className="bc-kind"
                aria-pressed={chosen === kind}
                data-testid={`attention-kind-${kind}`}
                onClick={() => setOnly(chosen === kind ? null : kind)}
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
            <AttentionRow key={`${item.kind} ${item.session_id ?? item.station_id}`} item={item} />
          ))}
          {permits('watch') && <ParkedRow />}
        </ul>
      )}
      {missing > 0 && <p className="bc-attention-more">{t('now.more', { count: missing })}</p>}
    </Panel>
  );
}
