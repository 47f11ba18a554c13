import type { Schemas } from '@busbar/client';
import { Empty, Loading, StateMark, useFormat } from '@busbar/kit';
import { Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Json } from '../../parts/Json';
import type { Columns } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useCancelCommand, useCommands } from '../../queries/stations';

type StationCommand = Schemas['StationCommand'];

function CancelButton({ stationId, commandId }: { stationId: string; commandId: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const cancel = useCancelCommand(stationId);
  return (
    <Button
      size="small"
      loading={cancel.isPending}
      data-testid="command-cancel"
      onClick={(event) => {
        event.stopPropagation();
        cancel.mutate(commandId, { onSuccess: () => tell.done(t('command.cancelled')), onError: tell.problem });
      }}
    >
      {t('command.cancel')}
    </Button>
  );
}

/** What the station was asked before, by whom, and what it answered. */
export function CommandLog({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  const permits = usePermits();
  const { data, error, isPending } = useCommands(stationId);
  const columns: Columns<StationCommand> = [
    {
      title: t('command.at'),
      key: 'at',
      width: 170,
      render: (_, { requested_at: at }) => <span className="bc-number">{format.instant(at, 'dateTimeSeconds')}</span>,
    },
    {
      title: t('command.request'),
      key: 'request',
      render: (_, { request, parameters }) => (request === 'RawCall' ? String(parameters.action ?? request) : request),
    },
    {
      title: t('command.by'),
      key: 'by',
      render: (_, command) => <span className="bc-soft">{actorName(command.requested_by)}</span>,
    },
    {
      title: t('command.outcome'),
      key: 'outcome',
      render: (_, { outcome, status, expires_at: expiresAt }) => (
        <>
          <StateMark kind="outcome" state={outcome ?? 'pending'} />{' '}
          <span className="bc-soft">
            {outcome === 'queued' && expiresAt
              ? t('command.until', { at: format.instant(expiresAt, 'dateTime') })
              : status}
          </span>
        </>
      ),
    },
    ...(permits('control')
      ? [
          {
            title: <span className="bb-visually-hidden">{t('action.more')}</span>,
            key: 'do',
            align: 'right' as const,
            render: (_: unknown, { command_id: commandId, outcome }: StationCommand) =>
              outcome === 'queued' && <CancelButton stationId={stationId} commandId={commandId} />,
          },
        ]
      : []),
  ];
  return (
    <Panel title={t('command.log')} flush testId="command-log">
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && <Empty title={t('command.logNone')} />}
      {data && data.items.length > 0 && (
        <Table<StationCommand>
          dataSource={data.items}
          columns={columns}
          rowKey="command_id"
          pagination={false}
          size="small"
          scroll={{ x: 'max-content' }}
          expandable={{
            columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
            expandRowByClick: true,
            expandedRowRender: ({ parameters, answer, error: fault }) => (
              <div className="bc-two">
                <div>
                  <h4>{t('command.sent')}</h4>
                  <Json value={parameters} />
                </div>
                <div>
                  <h4>{t('command.answer')}</h4>
                  {fault || answer ? (
                    <Json value={fault ?? answer} />
                  ) : (
                    <p className="bc-soft">{t('command.noAnswer')}</p>
                  )}
                </div>
              </div>
            ),
          }}
        />
      )}
    </Panel>
  );
}
