import { Mark, StateMark } from '@busbar/kit';
import { Alert, App, Button, Drawer, Dropdown, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { usePermits } from '../../queries/me';
import { type BulkDeed, type BulkResult, bulkDeeds, isDone, runBulk } from './bulk';

interface Run {
  deed: BulkDeed;
  ids: readonly string[];
  results: Map<string, BulkResult>;
  isOver: boolean;
}

/** Names that the question before a deed lists; more are counted. */
const NAMED_MOST = 8;

/** Runs a deed over many stations and keeps what became of it at each. */
function useRun() {
  const [run, setRun] = useState<Run | null>(null);
  const ending = useRef<AbortController | null>(null);
  useEffect(() => () => ending.current?.abort(), []);
  const start = async (deed: BulkDeed, ids: readonly string[]) => {
    ending.current?.abort();
    const signal = new AbortController();
    ending.current = signal;
    setRun({ deed, ids, results: new Map(), isOver: false });
    const add = (result: BulkResult) =>
      setRun((now) => now && { ...now, results: new Map(now.results).set(result.stationId, result) });
    await runBulk(deed, ids, add, { signal: signal.signal });
    if (!signal.signal.aborted) setRun((now) => now && { ...now, isOver: true });
  };
  const close = () => {
    ending.current?.abort();
    setRun(null);
  };
  return { run, start, close };
}

interface ResultsProps {
  run: Run;
  nameOf: (stationId: string) => string;
  onStart: (deed: BulkDeed, ids: readonly string[]) => void;
  onClose: () => void;
}

function Results({ run, nameOf, onStart, onClose }: ResultsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { deed, ids, results, isOver } = run;
  const all = [...results.values()];
  const done = all.filter(isDone).map(({ stationId }) => stationId);
  const failed = all.filter((result) => !isDone(result)).map(({ stationId }) => stationId);
  const undo = bulkDeeds.find(({ name }) => name === deed.undo);
  return (
    <Drawer
      open
      size={520}
      title={t(`bulk.${deed.name}.do`)}
      onClose={onClose}
      data-testid="bulk-results"
      footer={
        <div className="bc-drawer-foot">
          {isOver && failed.length > 0 && (
            <Button onClick={() => onStart(deed, failed)} data-testid="bulk-again">
              {t('bulk.again', { count: failed.length })}
            </Button>
          )}
          {isOver && undo && done.length > 0 && (
            <Button onClick={() => onStart(undo, done)} data-testid="bulk-undo">
              {t('bulk.undo', { count: done.length })}
            </Button>
          )}
          <Button type="primary" onClick={onClose}>
            {isOver ? t('action.close') : t('bulk.end')}
          </Button>
        </div>
      }
    >
      <Progress
        percent={Math.round((all.length / Math.max(1, ids.length)) * 100)}
        status={isOver ? (failed.length ? 'exception' : 'success') : 'normal'}
        aria-label={t('bulk.progress')}
      />
      <p aria-live="polite" data-testid="bulk-sum">
        {t('bulk.sum', { done: done.length, failed: failed.length, count: ids.length })}
      </p>
      <ul className="bc-bulk-results">
        {ids.map((id) => {
          const result = results.get(id);
          return (
            <li key={id} data-outcome={result?.outcome ?? 'waiting'}>
              <span>{nameOf(id)}</span>
              {!result && (
                <Mark tone="idle" shape="dots">
                  {t('bulk.waiting')}
                </Mark>
              )}
              {result?.outcome === 'failed' && (
                <Mark tone="bad" shape="cross">
                  {t('bulk.failed')}
                </Mark>
              )}
              {result && result.outcome !== 'failed' && <StateMark kind="outcome" state={result.outcome} />}
              {(result?.status || result?.error !== undefined) && (
                <small data-verbatim>{result.status ?? problemText(result.error)}</small>
              )}
            </li>
          );
        })}
      </ul>
    </Drawer>
  );
}

interface BulkBarProps {
  chosen: readonly string[];
  nameOf: (stationId: string) => string;
  onClear: () => void;
}

/** What can be done with all chosen stations at once. */
export function BulkBar({ chosen, nameOf, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const permits = usePermits();
  const { run, start, close } = useRun();
  const ask = (deed: BulkDeed, ids: readonly string[]) => {
    if (!deed.isGrave) {
      void start(deed, ids);
      return;
    }
    const named = ids.slice(0, NAMED_MOST).map(nameOf).join(', ');
    const more = ids.length - NAMED_MOST;
    modal.confirm({
      title: t(`bulk.${deed.name}.ask`, { count: ids.length }),
      content: (
        <>
          <p>{more > 0 ? t('bulk.andMore', { named, count: more }) : named}</p>
          {!deed.undo && <Alert type="warning" title={t('bulk.noWayBack')} />}
        </>
      ),
      okText: t(`bulk.${deed.name}.do`),
      okButtonProps: { danger: true, 'data-testid': 'bulk-confirm' },
      onOk: () => void start(deed, ids),
    });
  };
  const items = bulkDeeds
    .filter(({ needs }) => permits(needs))
    .map((deed) => ({
      key: deed.name,
      danger: deed.isGrave ?? false,
      label: <span data-testid={`bulk-${deed.name}`}>{t(`bulk.${deed.name}.do`)}</span>,
      onClick: () => ask(deed, chosen),
    }));
  return (
    <>
      <span data-testid="bulk-count">{t('bulk.chosen', { count: chosen.length })}</span>
      {items.length > 0 && (
        <Dropdown menu={{ items }} trigger={['click']} placement="topLeft">
          <Button size="small" type="primary" data-testid="bulk-open">
            {t('bulk.do')}
          </Button>
        </Dropdown>
      )}
      <Button size="small" type="text" onClick={onClear}>
        {t('bulk.clear')}
      </Button>
      {run && <Results run={run} nameOf={nameOf} onStart={ask} onClose={close} />}
    </>
  );
}
