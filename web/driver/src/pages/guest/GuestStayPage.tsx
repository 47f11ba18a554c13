import type { Schemas } from '@busbar/client';
import { describeProblem, energyParts, Figure, Loading, Mark, powerParts, useFormat, useNow } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { keepGuest } from '../../app/kept';
import { Aged } from '../../parts/Aged';
import { tellNotice } from '../../parts/notices';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { PriceLines } from '../../parts/PriceLines';
import { useProblemText } from '../../parts/useProblemText';
import { guestReceiptAddress, guestStayQuery, stopGuestSession } from '../../queries/paying';
import '../wallet/wallet.css';
import { isSettled, isStopAsked, type Stage, stageOf } from './stage';

const route = getRouteApi('/guest/$link');
const POLL_MILLIS = 2_500;

type Stay = Schemas['GuestStay'];

/** What a guest's link shows: the payment, the charge, and at the end the receipt. */
export function GuestStayPage() {
  const { t } = useTranslation();
  const { link } = route.useParams();
  const { data, error, isError, isPending, dataUpdatedAt, refetch } = useQuery({
    ...guestStayQuery(link),
    refetchInterval: ({ state }) => (state.data && isSettled(state.data) ? false : POLL_MILLIS),
  });
  const isMissing = !data && isError && describeProblem(error).kind === 'notFound';
  const isOver = isMissing || (data !== undefined && isSettled(data));
  const isKnown = data !== undefined || isMissing;
  useEffect(() => {
    if (isKnown) keepGuest(link, isOver);
  }, [link, isKnown, isOver]);
  return (
    <>
      <PageHead title={t('guest.title')} />
      <main className="bd-page bd-page-action" data-testid="guest-stay" data-stage={data && stageOf(data)}>
        {isPending && <Loading rows={6} />}
        {!data && error && <PageProblem error={error} onRetry={() => void refetch()} />}
        {data && !isOver && (
          <p className="bd-centred" data-testid="guest-aged">
            <Aged since={dataUpdatedAt} isError={isError} />
          </p>
        )}
        {data && <StayView stay={data} link={link} />}
      </main>
    </>
  );
}

function StayView({ stay, link }: { stay: Stay; link: string }) {
  const { t } = useTranslation();
  const stage = stageOf(stay);
  const { payment } = stay;
  return (
    <>
      <section className="bd-card bd-pay-card">
        <h2>{stay.station_name || stay.station_id}</h2>
        <p className="bd-pay-place">{[stay.site_name, stay.operator_name].filter(Boolean).join(' · ')}</p>
      </section>
      <p className="bd-guest-stage" role="status">
        <Mark tone={stage === 'failed' ? 'bad' : 'good'} shape={stage === 'failed' ? 'cross' : 'check'}>
          {t(`guest.stage.${stage}`)}
        </Mark>
      </p>
      {stage === 'paying' && <WayToPay payment={payment} />}
      {stage === 'failed' && (
        <>
          <p className="bd-note">{t('guest.failed')}</p>
          <div className="bd-action">
            <Link
              to="/g/$stationId"
              params={{ stationId: stay.station_id }}
              className="bd-button-link"
              data-testid="guest-again"
            >
              {t('guest.again')}
            </Link>
          </div>
        </>
      )}
      {(stage === 'charging' || stage === 'settling' || stage === 'ended') && <Charge stay={stay} stage={stage} />}
      {stage !== 'failed' && (
        <div className="bd-action">
          {stage === 'charging' && <StopButton stay={stay} link={link} />}
          {stage === 'ended' && stay.session?.receipt_reference != null && (
            <a className="bd-button-link bd-quiet" href={guestReceiptAddress(link)} download data-testid="guest-pdf">
              {t('guest.pdf')}
            </a>
          )}
          <CopyButton />
        </div>
      )}
    </>
  );
}

function WayToPay({ payment }: { payment: Schemas['DriverPayment'] }) {
  const { t } = useTranslation();
  return (
    <section className="bd-card bd-pay-card bd-guest-code">
      {payment.code_image && <img src={payment.code_image} alt={t('guest.code')} />}
      {payment.page_url && (
        <a className="bd-button-link" href={payment.page_url} data-testid="to-provider">
          {t('guest.toProvider')}
        </a>
      )}
    </section>
  );
}

/** Names and values, of which those that are not known are left out. */
function Lines({ lines }: { lines: readonly (readonly [string, string | null, string])[] }) {
  return (
    <dl className="bd-guest-lines">
      {lines.map(
        ([name, value, testId]) =>
          value && (
            <div key={testId} data-testid={`guest-${testId}`}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Charge({ stay, stage }: { stay: Stay; stage: Stage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { session, payment } = stay;
  if (!session) return null;
  const { price } = session;
  const money = (amount: number) => format.money(amount, payment.currency);
  const instant = (at: string | null) => at && format.instant(at, 'dateTimeSeconds', stay.time_zone);
  const isOver = stage !== 'charging';
  return (
    <article className="bd-card bd-pay-card">
      {session.energy_wh !== null && (
        <p className="bd-guest-energy" data-testid="guest-energy" data-energy-wh={session.energy_wh}>
          <Figure parts={energyParts(format.locale, session.energy_wh)} />
          {session.power_w !== null && <Figure parts={powerParts(format.locale, session.power_w)} />}
          {session.soc_permille !== null && <span>{format.percent(session.soc_permille / 10)}</span>}
        </p>
      )}
      {price && !isOver && (
        <p className="bd-guest-cost" data-testid="guest-price" data-gross={price.gross}>
          {t('price.soFar')}
          <b>{money(price.gross)}</b>
        </p>
      )}
      {price && price.lines.length > 0 && (
        <PriceLines price={price} zone={stay.time_zone} testId={isOver ? 'guest-receipt-lines' : 'guest-cost-lines'} />
      )}
      <Lines
        lines={[
          [t('guest.started'), instant(session.started_at), 'started'],
          [t('guest.ended'), instant(session.ended_at), 'ended'],
          [t('guest.setAside'), isOver ? null : money(payment.amount), 'set-aside'],
          [t('guest.paid'), payment.captured > 0 ? money(payment.captured) : null, 'paid'],
          [t('guest.back'), payment.refunded > 0 ? money(payment.refunded) : null, 'back'],
          [t('guest.method'), payment.method_label || null, 'method'],
          [
            t('price.tariff'),
            price && t('price.tariffVersion', { name: price.tariff_name, version: price.tariff_version }),
            'tariff',
          ],
          [t('guest.receipt'), session.receipt_reference, 'receipt'],
          [t('guest.number'), payment.payment_id, 'number'],
        ]}
      />
    </article>
  );
}

function StopButton({ stay, link }: { stay: Stay; link: string }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const now = useNow();
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopGuestSession(link),
    onSuccess: (after) => client.setQueryData(guestStayQuery(link).queryKey, after),
  });
  const isAsked = isStopAsked(stay, now);
  const isOverdue = stay.session?.stop_requested_at != null && !isAsked;
  return (
    <>
      {(stop.isError || isOverdue) && !stop.isPending && (
        <p className="bd-problem" role="alert" data-testid="guest-stop-problem">
          {stop.isError ? tellProblem(stop.error) : t('stop.overdue')}
        </p>
      )}
      <Button
        block
        size="large"
        className="bd-main-button"
        loading={stop.isPending || isAsked}
        loadingText={t('guest.stopping')}
        data-testid="guest-stop"
        onClick={() => stop.mutate()}
      >
        {t('guest.stop')}
      </Button>
    </>
  );
}

function CopyButton() {
  const { t } = useTranslation();
  async function copy() {
    try {
      await navigator.clipboard.writeText(window.location.href); // missing without TLS: caught below
      tellNotice(t('guest.kept'));
    } catch {
      tellNotice(t('guest.keepByHand'));
    }
  }
  return (
    <button type="button" className="bd-link bd-centred" data-testid="guest-keep" onClick={() => void copy()}>
      {t('guest.keep')}
    </button>
  );
}
