import { describeProblem, Mark, useFormat, useNow } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { Countdown } from '../../parts/Countdown';
import { Icon } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import { Segmented } from '../../parts/Segmented';
import { Sheet } from '../../parts/Sheet';
import { useProblemText } from '../../parts/useProblemText';
import { reservationCostQuery } from '../../queries/money';
import {
  cancelReservation,
  findLost,
  type OwnReservation,
  offerMinutes,
  reservationRulesQuery,
  reservationsQuery,
  reserve,
} from '../../queries/reservations';

/** What the reservation costs, before it is made: by the same rules that will price it. */
function ReservationCosts({ stationId, evseId, minutes }: { stationId: string; evseId: number; minutes: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(reservationCostQuery(stationId, evseId, minutes));
  if (data === undefined) return null;
  const money = (amount: number) => format.money(amount, data?.currency ?? 'EUR');
  const costs = data?.reservation;
  return (
    <p className="bd-note" data-testid="reserve-costs">
      {costs
        ? t('reservation.costs', {
            used: money(costs.used),
            expired: money(costs.expired),
            cancelled: money(costs.cancelled),
          })
        : t('reservation.free')}
    </p>
  );
}

interface ReserveFormProps {
  stationId: string;
  evseId: number;
  most: number;
  onClose: () => void;
}

function ReserveForm({ stationId, evseId, most, onClose }: ReserveFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const offered = offerMinutes(most);
  const [minutes, setMinutes] = useState(offered[0] ?? most);
  const wish = useRef<{ minutes: number; key: string } | null>(null);
  const ask = useMutation({
    mutationFn: () => {
      if (wish.current?.minutes !== minutes) wish.current = { minutes, key: newId() };
      return reserve(stationId, evseId, minutes, wish.current.key);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: reservationsQuery.queryKey });
      onClose();
    },
    onError: (error) => {
      const { kind } = describeProblem(error);
      if (kind !== 'offline' && kind !== 'unavailable') wish.current = null;
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <p className="bd-lead">{t('reservation.text')}</p>
      <Segmented
        legend={t('reservation.howLong')}
        value={String(minutes)}
        segments={offered.map((value) => ({
          value: String(value),
          label: format.duration(value * 60),
          testId: `reserve-${value}`,
        }))}
        onChange={(value) => setMinutes(Number(value))}
      />
      <ReservationCosts stationId={stationId} evseId={evseId} minutes={minutes} />
      {ask.isError && (
        <p className="bd-problem" role="alert" data-testid="reserve-problem">
          {tellProblem(ask.error)}
        </p>
      )}
      <Button
        block
        type="submit"
        size="large"
        color="primary"
        className="bd-main-button"
        loading={ask.isPending}
        data-testid="reserve-submit"
      >
        {t('reservation.reserve')}
      </Button>
    </form>
  );
}

/** Keep a connector that is free until one is there. Nothing where the operator does not offer it. */
export function ReserveButton({ stationId, evseId }: { stationId: string; evseId: number }) {
  const { t } = useTranslation();
  const { data: rules } = useQuery(reservationRulesQuery);
  const [isOpen, setOpen] = useState(false);
  if (!rules?.is_allowed) return null;
  return (
    <>
      <button type="button" className="bd-link" data-testid="reserve" onClick={() => setOpen(true)}>
        <Icon name="clock" size={20} />
        {t('reservation.action')}
      </button>
      <Sheet isOpen={isOpen} onClose={() => setOpen(false)} title={t('reservation.sheet')} testId="reserve-sheet">
        <ReserveForm stationId={stationId} evseId={evseId} most={rules.minutes_max} onClose={() => setOpen(false)} />
      </Sheet>
    </>
  );
}

/** A place that is kept, how long it still is, and the way to give it free. */
export function KeptPlace({ reservation }: { reservation: OwnReservation }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const giveFree = useMutation({
    mutationFn: () => cancelReservation(reservation.reservation_id),
    onError: (error) => tellNotice(tellProblem(error)),
    onSettled: () => client.invalidateQueries({ queryKey: reservationsQuery.queryKey }),
  });
  const isHeld = reservation.state === 'held';
  return (
    <section className="bd-kept-place" data-testid="kept-place" data-state={reservation.state}>
      <span>
        <Mark tone="info" shape={isHeld ? 'diamond' : 'dots'}>
          {isHeld
            ? reservation.evse_id === null
              ? t('reservation.heldAny')
              : t('reservation.held', { evse: reservation.evse_id })
            : t('reservation.asking')}
        </Mark>
        {isHeld && <Countdown until={reservation.expires_at} />}
      </span>
      <button
        type="button"
        className="bd-link"
        data-testid="reservation-cancel"
        disabled={giveFree.isPending}
        onClick={() => giveFree.mutate()}
      >
        {t('reservation.cancel')}
      </button>
    </section>
  );
}

/** A place that the station would not keep: said for a while, or the card of the wish would only vanish. */
export function LostPlace({ items, stationId }: { items: readonly OwnReservation[] | undefined; stationId: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const state = findLost(items, stationId, now);
  return (
    state && (
      <p className="bd-problem" role="alert" data-testid="lost-place" data-state={state}>
        <Mark tone="bad" shape="cross">
          {t(`reservation.lost.${state}`)}
        </Mark>
      </p>
    )
  );
}
