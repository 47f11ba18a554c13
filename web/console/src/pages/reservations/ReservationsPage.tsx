import { PlusOutlined, SettingOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Popconfirm, Segmented, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { OnlyOf } from '../../parts/OnlyOf';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import {
  readReservations,
  useCancelReservation,
  useReservationRules,
  useReservations,
} from '../../queries/reservations';
import { ReserveForm, RulesForm } from './ReservationForms';

const route = getRouteApi('/shell/reservations');
type Reservation = Schemas['ReservationRecord'];
type State = Schemas['ReservationState'];
type Search = ReturnType<typeof route.useSearch>;
const shown: State[] = ['held', 'used', 'expired', 'cancelled', 'refused', 'removed'];
const looks: Record<State, { tone: Tone; shape: Shape }> = {
  requested: { tone: 'info', shape: 'dots' },
  held: { tone: 'info', shape: 'diamond' },
  used: { tone: 'good', shape: 'check' },
  cancelled: { tone: 'idle', shape: 'cross' },
  expired: { tone: 'warn', shape: 'clock' },
  refused: { tone: 'bad', shape: 'cross' },
  removed: { tone: 'warn', shape: 'broken' },
};

function useColumns(): Columns<Reservation> {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const cancel = useCancelReservation();
  return [
    {
      title: t('reservation.station'),
      key: 'station',
      render: (_, { station_id: stationId, station_name: name, evse_id: evse, site_name: site }) => (
        <span className="bc-two-lines">
          <Link to="/stations/$stationId" params={{ stationId }}>
            {name ?? stationId}
            {evse !== null && ` / ${evse}`}
          </Link>
          <span className="bc-soft">{site}</span>
        </span>
      ),
    },
    {
      title: t('reservation.driver'),
      key: 'driver',
      render: (_, { driver_name: name, id_token: token }) => (
        <span className="bc-two-lines">
          <span>{name ?? '–'}</span>
          <span className="bc-code">{token}</span>
        </span>
      ),
    },
    {
      title: t('reservation.stateTitle'),
      key: 'state',
      render: (_, { state, detail }) => (
        <span className="bc-two-lines">
          <Mark {...looks[state]}>{t(`reservation.state.${state}`)}</Mark>
          <span className="bc-soft">{detail}</span>
        </span>
      ),
    },
    {
      title: t('reservation.made'),
      key: 'made',
      render: (_, { created_at: at }) => <span className="bc-number">{format.instant(at)}</span>,
    },
    {
      title: t('reservation.until'),
      key: 'until',
      render: (_, { expires_at: at }) => <span className="bc-number">{format.instant(at)}</span>,
    },
    {
      title: t('reservation.session'),
      key: 'session',
      render: (_, { session_id: sessionId }) =>
        sessionId && (
          <Link to="/sessions/$sessionId" params={{ sessionId }}>
            {t('reservation.toSession')}
          </Link>
        ),
    },
    {
      key: 'cancel',
      align: 'right',
      render: (_, { reservation_id: id, is_open: isOpen }) =>
        isOpen &&
        permits('control') && (
          <Popconfirm
            title={t('reservation.cancelAsk')}
            okText={t('reservation.cancel')}
            onConfirm={() => cancel.mutate(id, { onError: tell.problem })}
          >
            <Button size="small" danger data-testid="reservation-cancel">
              {t('reservation.cancel')}
            </Button>
          </Popconfirm>
        ),
    },
  ];
}

function useFile(search: Search): ListFile<Reservation> {
  const { t } = useTranslation();
  return {
    title: t('nav.reservations'),
    read: (part) => readReservations(search, part),
    fields: [
      ['ID', (one) => one.reservation_id],
      [t('reservation.station'), (one) => one.station_name ?? one.station_id],
      [t('session.evse'), (one) => one.evse_id],
      [t('station.site'), (one) => one.site_name],
      [t('reservation.driver'), (one) => one.driver_name],
      [t('token.token'), (one) => one.id_token],
      [t('reservation.stateTitle'), ({ state }) => t(`reservation.state.${state}`)],
      [t('reservation.made'), (one) => one.created_at],
      [t('reservation.until'), (one) => one.expires_at],
      [t('session.ended'), (one) => one.ended_at],
    ],
  };
}

/** Places that stations keep: for whom, until when, and what became of them. */
export function ReservationsPage() {
  const { t } = useTranslation();
  const permits = usePermits();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/reservations' });
  const list = useReservations(search);
  const { data: rules } = useReservationRules();
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: Search['edit']) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  return (
    <>
      <PageHead
        title={t('nav.reservations')}
        actions={
          <Space>
            {permits('manage_network') && rules && (
              <Button icon={<SettingOutlined />} onClick={() => show('rules')} data-testid="reservation-rules">
                {t('reservation.rules')}
              </Button>
            )}
            {permits('control') && (
              <Button
                type="primary"
                icon={<PlusOutlined />}
                onClick={() => show('new')}
                data-testid="reservation-create"
              >
                {t('reservation.create')}
              </Button>
            )}
          </Space>
        }
      >
        {rules &&
          (rules.is_allowed
            ? t('reservation.introOn', { minutes: rules.minutes_max, count: rules.per_driver_max })
            : t('reservation.introOff'))}
      </PageHead>
      <Panel flush testId="reservations-panel">
        <div className="bc-filters">
          <Segmented
            value={search.state ?? ''}
            onChange={(state) => change({ state: state ? (state as State) : undefined })}
            options={[
              { value: '', label: t('reservation.all') },
              ...shown.map((value) => ({ value, label: t(`reservation.state.${value}`) })),
            ]}
          />
          {search.station && (
            <OnlyOf
              name={list.data?.items[0]?.station_name ?? search.station}
              onClear={() => change({ station: undefined })}
            />
          )}
          <ListTools
            list="reservations"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="reservation_id"
          label={t('nav.reservations')}
          place={search}
          onPlace={(place) => change(place)}
          testId="reservations"
          empty={
            <NothingListed
              isFiltered={Boolean(search.state || search.station)}
              names={{ station: search.station }}
              onClear={(noun) => change({ [noun]: undefined })}
              title={t('reservation.none')}
            >
              {t('reservation.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <ReserveForm isOpen={edit === 'new' && permits('control')} onClose={() => show()} />
      {rules && (
        <RulesForm rules={rules} isOpen={edit === 'rules' && permits('manage_network')} onClose={() => show()} />
      )}
    </>
  );
}
