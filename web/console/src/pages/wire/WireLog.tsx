import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Empty, formatInstant, Loading, Mark, useFormat } from '@busbar/kit';
import { Button, Segmented, Select } from 'antd';
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { CopyButton, Json } from '../../parts/Json';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { type FrameFilter, useFrames, useFrameTail, useWireDays } from '../../queries/wire';
import { joinFrames, type LogLine, summarize } from './frames';
import './wire.css';

type Entry = Schemas['Frame'];
type Direction = 'all' | 'in' | 'out';

interface LineProps {
  line: LogLine<Entry>;
  isOpen: boolean;
  onToggle: (entryId: number) => void;
  locale: string;
}

/** One frame on one line; opened, it shows its payload as it stands and as text. */
const Line = memo(function Line({ line, isOpen, onToggle, locale }: LineProps) {
  const { t } = useTranslation();
  const { entry, frame, action } = line;
  const { entry_id: entryId, direction } = entry;
  if (direction === 'note')
    return (
      <li className="bc-frame-note">
        <time>{formatInstant(locale, entry.at, 'timeMillis')}</time>
        <span>{entry.text}</span>
      </li>
    );
  return (
    <li className="bc-frame" data-direction={direction} data-kind={frame.kind}>
      <button type="button" aria-expanded={isOpen} onClick={() => onToggle(entryId)}>
        <time>{formatInstant(locale, entry.at, 'timeMillis')}</time>
        <span className="bc-frame-way" title={t(`wire.direction.${direction}`)}>
          <span aria-hidden="true">{direction === 'in' ? '→' : '←'}</span>
          <span className="bb-visually-hidden">{t(`wire.direction.${direction}`)}</span>
        </span>
        <span className="bc-frame-action">{action ?? t(`wire.kind.${frame.kind}`)}</span>
        <span className="bc-frame-kind">{t(`wire.kind.${frame.kind}`)}</span>
        <span className="bc-frame-words">{frame.kind === 'unreadable' ? entry.text : summarize(frame)}</span>
      </button>
      {isOpen && (
        <div className="bc-frame-open">
          {frame.kind === 'unreadable' ? null : <Json value={frame.payload} />}
          <div className="bc-frame-raw">
            <p>{t('wire.raw')}</p>
            <code>{entry.text}</code>
            <CopyButton text={entry.text} />
          </div>
        </div>
      )}
    </li>
  );
});

interface WireLogProps {
  stationId: string;
  /** What is wanted; it stands in the address. */
  filter: FrameFilter;
  onFilter: (filter: FrameFilter) => void;
}

/** Frames of a station, the newest at the top, live while the present day is shown. */
export function WireLog({ stationId, filter, onFilter }: WireLogProps) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const { q, direction, day } = filter;
  const [isFollowing, setFollowing] = useState(true);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const days = useWireDays(stationId);
  const frames = useFrames(stationId, filter);
  const { status } = useFrameTail(stationId, filter, isFollowing && !day);
  const entries = useMemo(() => frames.data?.pages.flatMap(({ items }) => items) ?? [], [frames.data]);
  const lines = useMemo(() => joinFrames(entries), [entries]);
  const toggle = useMemo(
    () => (entryId: number) =>
      setOpened((before) => {
        const after = new Set(before);
        if (!after.delete(entryId)) after.add(entryId);
        return after;
      }),
    [],
  );
  return (
    <Panel flush testId="wire-log">
      <div className="bc-filters">
        <SearchBox
          value={q}
          onSearch={(text) => onFilter({ ...filter, q: text })}
          label={t('wire.search')}
          testId="wire-search"
        />
        <Segmented
          value={direction ?? 'all'}
          onChange={(value: Direction) => onFilter({ ...filter, direction: value === 'all' ? undefined : value })}
          options={(['all', 'in', 'out'] as const).map((value) => ({ value, label: t(`wire.direction.${value}`) }))}
        />
        <Select
          value={day ?? ''}
          aria-label={t('wire.day')}
          style={{ minWidth: 130 }}
          options={[
            { value: '', label: t('wire.today') },
            ...(days.data?.days ?? []).map((value) => ({ value, label: value })),
          ]}
          onChange={(value) => onFilter({ ...filter, day: value || undefined })}
        />
        <span className="bc-filters-space" />
        {!day && isFollowing && status === 'open' && (
          <Mark tone="good" shape="dot">
            {t('wire.live')}
          </Mark>
        )}
        {!day && (
          <Button
            icon={isFollowing ? <PauseOutlined /> : <CaretRightOutlined />}
            data-testid="wire-follow"
            aria-pressed={isFollowing}
            onClick={() => {
              if (!isFollowing) void frames.refetch();
              setFollowing(!isFollowing);
            }}
          >
            {isFollowing ? t('wire.pause') : t('wire.follow')}
          </Button>
        )}
      </div>
      {frames.isPending && <Loading rows={8} />}
      {frames.error && !frames.data && <Failure error={frames.error} />}
      {frames.data && lines.length === 0 && (
        <Empty title={q ? t('list.noMatch') : t('wire.none')}>{!q && t('wire.noneText')}</Empty>
      )}
      <ol className="bc-frames" data-testid="wire-frames">
        {lines.map((line) => (
          <Line
            key={`${line.entry.at}.${line.entry.entry_id}`}
            line={line}
            isOpen={opened.has(line.entry.entry_id)}
            onToggle={toggle}
            locale={locale}
          />
        ))}
      </ol>
      {frames.hasNextPage && (
        <footer className="bc-pager">
          <Button
            size="small"
            loading={frames.isFetchingNextPage}
            data-testid="wire-older"
            onClick={() => void frames.fetchNextPage()}
          >
            {t('wire.older')}
          </Button>
        </footer>
      )}
    </Panel>
  );
}
