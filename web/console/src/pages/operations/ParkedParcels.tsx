import { Loading, Mark, useFormat } from '@busbar/kit';
import { App, Button, Input, Table } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import type { Columns } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import {
  type ParkedParcel,
  useDropParcel,
  useParcelContent,
  useParkedParcels,
  useReplayParcel,
} from '../../queries/operations';

const SHOWN_MESSAGES = 3;

/** The kinds of a parcel's messages without their versions, the first few of them. */
export function nameMessages(messages: string[]): { names: string; more: number } {
  const kinds = [...new Set(messages.map((message) => message.split('/')[0]))];
  return { names: kinds.slice(0, SHOWN_MESSAGES).join(', '), more: Math.max(0, kinds.length - SHOWN_MESSAGES) };
}

/** What is in a parcel: reports in full, of requests only that they are there. */
function Content({ parkedId }: { parkedId: string }) {
  const { t } = useTranslation();
  const { data, error } = useParcelContent(parkedId);
  if (error) return <Failure error={error} />;
  if (!data) return <Loading rows={2} />;
  if (data.raw_hex) return <Json value={data.raw_hex} />;
  return (
    <div className="bc-stack">
      {data.messages.map((message, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of a parcel never change their order
        <div key={place}>
          <h4>
            {message.message} <span className="bc-soft">{message.station_id}</span>
          </h4>
          {message.content ? <Json value={message.content} /> : <p className="bc-soft">{t('operations.hidden')}</p>}
        </div>
      ))}
    </div>
  );
}

function Buttons({ parcel }: { parcel: ParkedParcel }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const replay = useReplayParcel();
  const drop = useDropParcel();
  const reason = useRef('');
  const askDrop = () => {
    reason.current = '';
    const dialog = modal.confirm({
      title: t('operations.dropParcel'),
      content: (
        <>
          <p>{t('operations.dropParcelText')}</p>
          <Input
            aria-label={t('operations.why')}
            placeholder={t('operations.why')}
            maxLength={200}
            data-testid="parcel-reason"
            onChange={(event) => {
              reason.current = event.target.value.trim();
              dialog.update({ okButtonProps: { danger: true, disabled: !reason.current } });
            }}
          />
        </>
      ),
      okText: t('operations.drop'),
      okButtonProps: { danger: true, disabled: true },
      onOk: () => drop.mutateAsync({ parkedId: parcel.parked_id, reason: reason.current }).catch(tell.problem),
    });
  };
  return (
    <span className="bc-head-actions">
      {parcel.is_readable && (
        <Button
          size="small"
          loading={replay.isPending}
          data-testid="parcel-replay"
          onClick={(event) => {
            event.stopPropagation();
            replay.mutate(parcel.parked_id, {
              onSuccess: () => tell.done(t('operations.replayed')),
              onError: tell.problem,
            });
          }}
        >
          {t('operations.replay')}
        </Button>
      )}
      <Button
        size="small"
        danger
        data-testid="parcel-drop"
        onClick={(event) => {
          event.stopPropagation();
          askDrop();
        }}
      >
        {t('operations.drop')}
      </Button>
    </span>
  );
}

/** Messages on their way to a core that none could handle; an installation of one process has no such thing. */
export function ParkedParcels() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayOperate = usePermits()('operate');
  const { data, error, isPending } = useParkedParcels();
  if (data && !data.is_network) return null;
  const columns: Columns<ParkedParcel> = [
    {
      title: t('operations.parkedAt'),
      key: 'at',
      width: 170,
      render: (_, { parked_at: at }) => (
        <span className="bc-number">{at && format.instant(at, 'dateTimeSeconds')}</span>
      ),
    },
    {
      title: t('operations.messagesIn'),
      key: 'messages',
      render: (_, { messages, size_bytes: bytes }) => {
        const { names, more } = nameMessages(messages);
        if (!names) return t('operations.noParcel', { bytes });
        return more ? t('operations.andMore', { names, count: more }) : names;
      },
    },
    {
      title: t('operations.stationsOf'),
      key: 'stations',
      render: (_, { station_ids: ids }) => <span className="bc-code">{ids.join(' ')}</span>,
    },
    { title: t('operations.partition'), key: 'partition', align: 'right', dataIndex: 'partition' },
    { title: t('operations.attempts'), key: 'attempts', align: 'right', dataIndex: 'attempts' },
    {
      title: t('operations.error'),
      key: 'error',
      render: (_, { error: text, reason }) => <span className="bc-ops-error">{text || reason}</span>,
    },
    ...(mayOperate
      ? [
          {
            title: <span className="bb-visually-hidden">{t('action.more')}</span>,
            key: 'do',
            align: 'right' as const,
            render: (_: unknown, parcel: ParkedParcel) => <Buttons parcel={parcel} />,
          },
        ]
      : []),
  ];
  return (
    <Panel title={t('operations.parkedParcels')} flush testId="parcels">
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && (
        <p className="bc-ops-nothing">
          <Mark tone="good" shape="check">
            {t('operations.noneParked')}
          </Mark>
          <span className="bc-soft">{t('operations.noParcelsText')}</span>
        </p>
      )}
      {data && data.items.length > 0 && (
        <Table<ParkedParcel>
          aria-label={t('operations.parkedParcels')}
          dataSource={data.items}
          columns={columns}
          rowKey="parked_id"
          pagination={false}
          size="small"
          scroll={{ x: 'max-content' }}
          expandable={{
            columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
            rowExpandable: () => mayOperate,
            expandedRowRender: ({ parked_id: parkedId }) => <Content parkedId={parkedId} />,
          }}
        />
      )}
    </Panel>
  );
}
