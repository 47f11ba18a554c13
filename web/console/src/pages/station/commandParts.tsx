import type { Schemas } from '@busbar/client';
import { StateMark, useFormat } from '@busbar/kit';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Json } from '../../parts/Json';
import type { Columns } from '../../parts/ListTable';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useCancelCommand } from '../../queries/stations';

export type StationCommand = Schemas['StationCommand'];

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

/** Whether the station's own word says more than the outcome beside it: "Accepted" twice tells nothing. */
function tellsMore(status: string | null, outcome: string | null): boolean {
  return status?.toLowerCase() !== outcome;
}

/** When it was asked, what, by whom, and what became of it. */
export function useCommandColumns(): Columns<StationCommand> {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  const permits = usePermits();
  return [
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
              : tellsMore(status, outcome) && status}
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
            render: (_: unknown, { command_id: commandId, station_id: stationId, outcome }: StationCommand) =>
              outcome === 'queued' && <CancelButton stationId={stationId} commandId={commandId} />,
          },
        ]
      : []),
  ];
}

/** What was sent, and the station's own answer to it. */
export function CommandWords({ command: { parameters, answer, error: fault } }: { command: StationCommand }) {
  const { t } = useTranslation();
  return (
    <div className="bc-two">
      <div>
        <h4>{t('command.sent')}</h4>
        <Json value={parameters} />
      </div>
      <div>
        <h4>{t('command.answer')}</h4>
        {fault || answer ? <Json value={fault ?? answer} /> : <p className="bc-soft">{t('command.noAnswer')}</p>}
      </div>
    </div>
  );
}
