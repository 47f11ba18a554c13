import { Empty, Loading, Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Countdown } from '../../parts/Countdown';
import { Icon } from '../../parts/Icon';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { type OwnReservation, reservationsQuery } from '../../queries/reservations';

const POLL_MILLIS = 15_000;
const looks: Record<OwnReservation['state'], { tone: Tone; shape: Shape }> = {
  requested: { tone: 'info', shape: 'dots' },
  held: { tone: 'info', shape: 'diamond' },
  used: { tone: 'good', shape: 'check' },
  cancelled: { tone: 'idle', shape: 'cross' },
  expired: { tone: 'warn', shape: 'clock' },
  refused: { tone: 'bad', shape: 'cross' },
  removed: { tone: 'warn', shape: 'broken' },
};

/** The places that were kept for the driver. */
export function ReservationsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isError, refetch } = useQuery({ ...reservationsQuery, refetchInterval: POLL_MILLIS });
  return (
    <>
      <PageHead title={t('reservation.title')} />
      <main className="bd-page" data-testid="reservations">
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />)}
        {data?.length === 0 && <Empty title={t('reservation.none')}>{t('reservation.noneText')}</Empty>}
        {data && data.length > 0 && (
          <section className="bd-card bd-rows">
            {data.map((reservation) => (
              <Link
                key={reservation.reservation_id}
                to="/s/$stationId"
                params={{ stationId: reservation.station_id }}
                className="bd-row bd-reservation-row"
                data-testid="reservation-row"
                data-state={reservation.state}
              >
                <span>
                  <strong>{reservation.station_name ?? reservation.station_id}</strong>
                  <small>
                    {format.instant(reservation.created_at, 'dateTime')}
                    {reservation.cost && (
                      <b data-testid="reservation-cost">
                        {' · '}
                        {format.money(reservation.cost.gross, reservation.cost.currency)}
                      </b>
                    )}
                  </small>
                </span>
                <span className="bd-reservation-state">
                  <Mark {...looks[reservation.state]} pill>
                    {t(`reservation.state.${reservation.state}`)}
                  </Mark>
                  {reservation.state === 'held' && <Countdown until={reservation.expires_at} />}
                </span>
                <Icon name="forward" size={20} />
              </Link>
            ))}
          </section>
        )}
      </main>
    </>
  );
}
