import type { Schemas } from '@busbar/client';
import { Empty, Loading, toMillis } from '@busbar/kit';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { speaksOf } from '../../frames/describe';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useFramesBetween } from '../../queries/wire';
import { FrameLines } from '../wire/FrameLines';
import { joinFrames } from '../wire/frames';
import './session.css';

/** The way to a session begins before it (the token is presented), and words about it come after its end. */
const AROUND_MILLIS = 120_000;
/** A window in steps: an open session is not read anew with every sample. */
const STEP_MILLIS = 300_000;

interface SessionFramesProps {
  session: Schemas['SessionDetail'];
  isAll: boolean;
  onAll: (isAll: boolean) => void;
}

/** What the station and we said to each other while a session ran: about it, or about everything. */
export default function SessionFrames({ session, isAll, onAll }: SessionFramesProps) {
  const { t } = useTranslation();
  const from = toMillis(session.requested_at ?? session.started_at ?? session.created_at) ?? 0;
  const now = Math.ceil(Date.now() / STEP_MILLIS) * STEP_MILLIS;
  const to = toMillis(session.ended_at) ?? now;
  const frames = useFramesBetween(session.station_id, from - AROUND_MILLIS, to + AROUND_MILLIS);
  const { evse_id: evseId, transaction_ref: transactionRef, id_token: idToken } = session;
  const lines = useMemo(() => {
    const joined = joinFrames(frames.data?.pages.flatMap(({ items }) => items) ?? []);
    if (isAll) return joined;
    const sought = { evseId, transactionRef, idToken };
    return joined.filter(
      ({ entry, frame, asked }) =>
        entry.direction !== 'note' && (speaksOf(frame.payload, sought) || speaksOf(asked, sought)),
    );
  }, [frames.data, isAll, evseId, transactionRef, idToken]);
  return (
    <Panel
      title={t('session.frames')}
      flush
      testId="session-frames"
      extra={
        <Segmented
          size="small"
          value={isAll ? 'all' : 'own'}
          options={(['own', 'all'] as const).map((value) => ({ value, label: t(`session.framesOf.${value}`) }))}
          onChange={(value) => onAll(value === 'all')}
        />
      }
    >
      {frames.isPending && <Loading rows={4} />}
      {frames.error && !frames.data && <Failure error={frames.error} />}
      {frames.data && lines.length === 0 && !frames.hasNextPage && (
        <Empty title={t('session.framesNone')}>{t('session.framesNoneText')}</Empty>
      )}
      <div className="bc-session-frames">
        <FrameLines lines={lines} testId="session-frame-lines" />
      </div>
      {frames.hasNextPage && (
        <footer className="bc-pager">
          <Button size="small" loading={frames.isFetchingNextPage} onClick={() => void frames.fetchNextPage()}>
            {t('session.framesMore')}
          </Button>
        </footer>
      )}
    </Panel>
  );
}
