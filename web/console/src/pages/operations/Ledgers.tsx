import { useFormat } from '@busbar/kit';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';
import type { Operations } from '../../queries/operations';

const PERCENT = 100;

interface Share {
  key: string;
  label: string;
  count: number;
  tone?: 'good' | 'bad' | 'warn' | 'accent';
}

/** Counts beside each other, each with its share of the whole. */
function Shares({ shares, none }: { shares: Share[]; none: string }) {
  const format = useFormat();
  const all = shares.reduce((sum, { count }) => sum + count, 0);
  if (!all) return <p className="bc-soft bc-ops-none">{none}</p>;
  return (
    <ul className="bc-ops-shares">
      {shares.map(({ key, label, count, tone }) => (
        <li key={key} data-tone={tone ?? 'accent'}>
          <span>{label}</span>
          <span className="bc-number">{format.number(count)}</span>
          <i aria-hidden="true">
            <b style={{ width: `${(count / all) * PERCENT}%` }} />
          </i>
        </li>
      ))}
    </ul>
  );
}

const outcomeTones: Record<string, Share['tone']> = {
  accepted: 'good',
  rejected: 'bad',
  timed_out: 'warn',
  undelivered: 'warn',
};

function biggestFirst(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort((one, two) => two[1] - one[1]);
}

function Door({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const format = useFormat();
  const protocols = biggestFirst(operations.connections).map(([key, count]) => ({
    key,
    label: t(`protocol.${key.replaceAll('.', '_')}`, { defaultValue: key }),
    count,
  }));
  const refusals = biggestFirst(operations.refusals);
  return (
    <Panel title={t('operations.door')}>
      <Shares shares={protocols} none={t('operations.nobody')} />
      <Facts
        lines={[
          { label: t('operations.paused'), value: format.number(operations.paused_sockets) },
          { label: t('operations.refused'), value: format.number(refusals.reduce((sum, [, count]) => sum + count, 0)) },
          ...refusals.map(([code, count]) => ({ label: code, value: format.number(count) })),
        ]}
      />
    </Panel>
  );
}

function Commands({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomes = biggestFirst(operations.commands).map(([key, count]) => ({
    key,
    label: t(`operations.outcome.${key}`, { defaultValue: key }),
    count,
    tone: outcomeTones[key] ?? 'accent',
  }));
  return (
    <Panel title={t('operations.commands')}>
      <Shares shares={outcomes} none={t('operations.noCommands')} />
      <Facts
        lines={[
          { label: t('operations.commandsWaiting'), value: format.number(operations.commands_waiting) },
          { label: t('operations.deliveries'), value: format.number(operations.deliveries_waiting) },
          { label: t('operations.factLag'), value: format.span(operations.fact_lag_ms * 1_000) },
          {
            label: t('operations.streams'),
            value: `${format.number(operations.live_streams)} / ${format.number(operations.live_streams_max)}`,
          },
        ]}
      />
    </Panel>
  );
}

/** As many actions are told in full; the rest is added up. */
const ACTIONS_MAX = 8;

/** What stations have said, by action, and what of it could not be done; which partitions are behind. */
function Messages({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const format = useFormat();
  const told = operations.actions.slice(0, ACTIONS_MAX);
  const rest = operations.actions.slice(ACTIONS_MAX);
  const sum = (read: (one: Operations['actions'][number]) => number) => rest.reduce((all, one) => all + read(one), 0);
  const lines = rest.length
    ? [
        ...told,
        {
          action: t('operations.otherActions', { count: rest.length }),
          done: sum((one) => one.done),
          failed: sum((one) => one.failed),
        },
      ]
    : told;
  return (
    <Panel title={t('operations.byAction')} testId="operations-actions">
      {lines.length ? (
        <table className="bc-ops-actions">
          <thead>
            <tr>
              <th scope="col">{t('operations.action')}</th>
              <th scope="col">{t('operations.done')}</th>
              <th scope="col">{t('operations.failed')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ action, done, failed }) => (
              <tr key={action}>
                <th scope="row">{action}</th>
                <td>{format.number(done)}</td>
                <td className={failed ? 'bc-ops-bad' : undefined}>{format.number(failed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="bc-soft bc-ops-none">{t('operations.noMessages')}</p>
      )}
      {operations.partitions > 1 && operations.slowest_partitions.length > 0 && (
        <Facts
          lines={operations.slowest_partitions.map(({ partition, lag_ms }) => ({
            label: t('operations.partitionLag', { partition }),
            value: format.span(lag_ms * 1_000),
          }))}
        />
      )}
    </Panel>
  );
}

function Disk({ free, size }: { free: number; size: number }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const used = size > 0 ? ((size - free) / size) * PERCENT : 0;
  return (
    <div className="bc-ops-disk">
      <span>{t('operations.disk')}</span>
      <span className="bc-number">
        {t('operations.diskFree', { free: format.bytes(free), size: format.bytes(size) })}
      </span>
      <i aria-hidden="true" data-tone={used > 95 ? 'bad' : used > 85 ? 'warn' : 'good'}>
        <b style={{ width: `${used}%` }} />
      </i>
    </div>
  );
}

function Stores({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { storage } = operations;
  const lost = operations.wire_log_lost_frames;
  return (
    <Panel title={t('operations.stores')} testId="operations-stores">
      {storage?.disk_free_bytes != null && storage.disk_size_bytes != null && (
        <Disk free={storage.disk_free_bytes} size={storage.disk_size_bytes} />
      )}
      <Facts
        lines={[
          { label: t('operations.database'), value: format.bytes(storage?.database_bytes) },
          { label: t('operations.wireLog'), value: format.bytes(storage?.wire_log_bytes) },
          { label: t('operations.wireQueue'), value: format.number(operations.wire_log_queue_frames) },
          {
            label: t('operations.wireLost'),
            value: <span className={lost ? 'bc-ops-bad' : undefined}>{format.number(lost)}</span>,
          },
          { label: t('operations.parkedFacts'), value: format.number(storage?.parked_facts) },
        ]}
      />
    </Panel>
  );
}

/** Counts since the start, and what is kept. */
export function Ledgers({ operations }: { operations: Operations }) {
  return (
    <div className="bc-ops-ledgers">
      <Messages operations={operations} />
      <Door operations={operations} />
      <Commands operations={operations} />
      <Stores operations={operations} />
    </div>
  );
}
