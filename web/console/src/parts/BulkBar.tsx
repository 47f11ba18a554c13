import { Mark, StateMark } from '@busbar/kit';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Dropdown, type MenuProps, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermits } from '../queries/me';
import { type BulkDeed, type BulkResult, isDone, runBulk } from './bulk';
import { useProblemText } from './useProblemText';
import { useTell } from './useTell';

interface Run {
  deed: BulkDeed;
  rows: readonly Named[];
  results: Map<string, BulkResult>;
  isOver: boolean;
}

/** Something that a deed is done with. */
export interface Named {
  id: string;
  name: string;
}

/** Names that the question before a deed lists; more are counted. */
const NAMED_MOST = 8;

/** What lists them, for what is read again after a deed. */
const listKeys = { stations: ['stations', 'station-rows'], sessions: ['sessions'], sites: ['sites'] } as const;

/** Runs a deed over many stations and keeps what became of it at each. */
function useRun(noun: keyof typeof listKeys) {
  const client = useQueryClient();
  const [run, setRun] = useState<Run | null>(null);
  const ending = useRef<AbortController | null>(null);
  useEffect(() => () => ending.current?.abort(), []);
  const start = async (deed: BulkDeed, rows: readonly Named[]) => {
    ending.current?.abort();
    const signal = new AbortController();
    ending.current = signal;
    setRun({ deed, rows, results: new Map(), isOver: false });
    const add = (result: BulkResult) =>
      setRun((now) => now && { ...now, results: new Map(now.results).set(result.id, result) });
    const ids = rows.map(({ id }) => id);
    await runBulk(deed, ids, add, { signal: signal.signal });
    for (const key of listKeys[noun]) void client.invalidateQueries({ queryKey: [key] });
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
  deeds: readonly BulkDeed[];
  onStart: (deed: BulkDeed, rows: readonly Named[]) => void;
  onClose: () => void;
}

function Results({ run, deeds, onStart, onClose }: ResultsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { deed, rows, results, isOver } = run;
  const all = [...results.values()];
  const told = rows.filter(({ id }) => results.has(id));
  const isDoneAt = ({ id }: Named) => all.some((result) => result.id === id && isDone(result));
  const done = told.filter(isDoneAt);
  const failed = told.filter((row) => !isDoneAt(row));
  const undo = deeds.find(({ name }) => name === deed.undo);
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
        percent={Math.round((all.length / Math.max(1, rows.length)) * 100)}
        status={isOver ? (failed.length ? 'exception' : 'success') : 'normal'}
        aria-label={t('bulk.progress')}
      />
      <p aria-live="polite" data-testid="bulk-sum">
        {t('bulk.sum', { done: done.length, failed: failed.length, count: rows.length })}
      </p>
      <ul className="bc-bulk-results">
        {rows.map(({ id, name }) => {
          const result = results.get(id);
          return (
            <li key={id} data-outcome={result?.outcome ?? 'waiting'}>
              <span>{name}</span>
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
  /** What is chosen. */
  chosen: readonly Named[];
  noun: keyof typeof listKeys;
  deeds: readonly BulkDeed[];
  /** The stations of what is chosen, for deeds that are done at each of them. */
  findStations?: (ids: readonly string[]) => Promise<Named[]>;
  onClear: () => void;
}

/** What can be done with all that is chosen, at once. */
export function BulkBar({ chosen, noun, deeds, findStations, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const permits = usePermits();
  const { run, start, close } = useRun(noun);
  const ask = (deed: BulkDeed, rows: readonly Named[]) => {
    if (!rows.length) {
      tell.done(t('bulk.nobody'));
      return;
    }
    if (!deed.isGrave) {
      void start(deed, rows);
      return;
    }
    const named = rows
      .slice(0, NAMED_MOST)
      .map(({ name }) => name)
      .join(', ');
    const more = rows.length - NAMED_MOST;
    modal.confirm({
      title: t(`bulk.${deed.name}.ask`, { count: rows.length }),
      content: (
        <>
          <p>{more > 0 ? t('bulk.andMore', { named, count: more }) : named}</p>
          {!deed.undo && <Alert type="warning" title={t('bulk.noWayBack')} />}
        </>
      ),
      okText: t(`bulk.${deed.name}.do`),
      okButtonProps: { danger: true, 'data-testid': 'bulk-confirm' },
      onOk: () => void start(deed, rows),
    });
  };
  const begin = (deed: BulkDeed) => {
    if (!deed.ofStations || !findStations) {
      ask(deed, chosen);
      return;
    }
    void findStations(chosen.map(({ id }) => id)).then((rows) => ask(deed, rows), tell.problem);
  };
  const entry = (deed: BulkDeed) => ({
    key: deed.name,
    danger: deed.isGrave ?? false,
    label: <span data-testid={`bulk-${deed.name}`}>{t(`bulk.${deed.name}.do`)}</span>,
    onClick: () => begin(deed),
  });
  const allowed = deeds.filter(({ needs }) => permits(needs));
  const atStations = allowed.filter(({ ofStations }) => ofStations).map(entry);
  const items: MenuProps['items'] = [
    ...allowed.filter(({ ofStations }) => !ofStations).map(entry),
    ...(atStations.length
      ? [{ key: 'stations', type: 'group' as const, label: t('bulk.atStations'), children: atStations }]
      : []),
  ];
  return (
    <>
      <span data-testid="bulk-count">{t(`bulk.chosen.${noun}`, { count: chosen.length })}</span>
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
      {run && <Results run={run} deeds={deeds} onStart={ask} onClose={close} />}
    </>
  );
}
