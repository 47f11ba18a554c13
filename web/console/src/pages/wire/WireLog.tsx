import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons';
import { Empty, Loading, Mark } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { MissingGateways } from '../../parts/MissingGateways';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { type FrameFilter, useFrames, useFrameTail, useWireDays } from '../../queries/wire';
import { FrameLines } from './FrameLines';
import { joinFrames } from './frames';
import './wire.css';

type Direction = 'all' | 'in' | 'out';

interface WireLogProps {
  stationId: string;
  /** What is wanted; it stands in the address. */
  filter: FrameFilter;
  onFilter: (filter: FrameFilter) => void;
}

/** Frames of a station, the newest at the top, live while the present day is shown. */
export function WireLog({ stationId, filter, onFilter }: WireLogProps) {
  const { t } = useTranslation();
  const { q, direction, day } = filter;
  const [isFollowing, setFollowing] = useState(true);
  const days = useWireDays(stationId);
  const frames = useFrames(stationId, filter);
  const { status } = useFrameTail(stationId, filter, isFollowing && !day);
  const entries = useMemo(() => frames.data?.pages.flatMap(({ items }) => items) ?? [], [frames.data]);
  const lines = useMemo(() => joinFrames(entries), [entries]);
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
      <MissingGateways
        names={frames.data?.pages.find(({ missing_gateways: names }) => names.length)?.missing_gateways}
      />
      {frames.isPending && <Loading rows={8} />}
      {frames.error && !frames.data && (
        <Failure error={frames.error} action={<Link to="/stations">{t('station.toList')}</Link>} />
      )}
      {frames.data && lines.length === 0 && (
        <Empty title={q ? t('list.noMatch') : t('wire.none')}>{!q && t('wire.noneText')}</Empty>
      )}
      <FrameLines lines={lines} testId="wire-frames" />
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
