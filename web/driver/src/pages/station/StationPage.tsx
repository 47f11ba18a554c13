import { Loading, Mark, useSessionState } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { useStationLine } from '../../app/useStationLine';
import { Aged } from '../../parts/Aged';
import { GuestCharge } from '../../parts/GuestCharge';
import { Icon } from '../../parts/Icon';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { readFact, useProblemText } from '../../parts/useProblemText';
import { findOpen, isKeptFor, reservationsQuery } from '../../queries/reservations';
import { stationQuery } from '../../queries/stations';
import { placeOf } from '../nearby/availability';
import { adviseStart, chooseEvse, labelOf, mapAddress, statusOf } from './advice';
import { EvseRow } from './EvseRow';
import { Hours } from './Hours';
import { PopularTimes } from './PopularTimes';
import { Price } from './Price';
import { KeptPlace, LostPlace, ReserveButton } from './Reserve';
import { FavouriteButton, StationTools } from './StationTools';
import './price.css';
import './station.css';
import { useStart } from './useStart';

const LIVE_MILLIS = 30_000;
const POLL_MILLIS = 5_000;

/** A station as its driver sees it: what it is, what each EVSE does, and Start. */
export function StationPage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const { stationId = '', evseId } = useParams({ strict: false });
  const navigate = useNavigate();
  const { credentials } = useSessionState(session);
  const isLive = useStationLine();
  const { data, error, isPending, isError, dataUpdatedAt, refetch } = useQuery({
    ...stationQuery(stationId),
    refetchInterval: isLive ? LIVE_MILLIS : POLL_MILLIS,
  });
  const start = useStart(stationId);
  const reservations = useQuery({
    ...reservationsQuery,
    enabled: credentials !== null,
    refetchInterval: isLive ? LIVE_MILLIS : POLL_MILLIS,
  });

  if (isPending) return <StationFrame title={t('station.title')}>{<Loading rows={7} />}</StationFrame>;
  if (!data)
    return (
      <StationFrame title={t('station.title')}>
        <PageProblem error={error} onRetry={() => void refetch()}>
          <Link to="/code" className="bd-link">
            {t('station.otherCode')}
          </Link>
        </PageProblem>
      </StationFrame>
    );

  const name = data.name || data.station_id;
  const chosen = chooseEvse(data.evses, evseId === undefined ? null : Number(evseId));
  const kept = findOpen(reservations.data, stationId);
  const isKept = chosen !== null && isKeptFor(kept, chosen.evse_id);
  const advice = chosen && adviseStart(chosen, isKept);
  const canStart = chosen?.startability === 'ready' || (isKept && chosen?.startability === 'reserved');
  const here = chosen ? `/s/${encodeURIComponent(stationId)}/${chosen.evse_id}` : `/s/${encodeURIComponent(stationId)}`;
  const { latitude, longitude } = data;

  function begin() {
    if (!chosen) return;
    if (credentials) start.mutate(chosen.evse_id);
    else void navigate({ to: '/sign-in', search: { next: here } });
  }

  return (
    <StationFrame title={name} aside={<FavouriteButton stationId={stationId} />}>
      <div className="bd-station-place-row">
        <p>
          {placeOf(data)}
          <small>
            {data.operator_name} · {data.station_id}
          </small>
        </p>
        {latitude !== null && longitude !== null && (
          <a
            className="bd-round bd-raised"
            href={mapAddress({ latitude, longitude }, name)}
            aria-label={t('station.route')}
          >
            <Icon name="route" />
          </a>
        )}
      </div>

      <Aged since={dataUpdatedAt} isError={isError} />
      <Hours station={data} />

      {data.evses.length === 0 ? (
        <p className="bd-note">{t('station.noEvse')}</p>
      ) : (
        <fieldset className="bd-bus" data-testid="evse-list">
          <legend className="bb-visually-hidden">{t('station.choose')}</legend>
          {data.evses.map((evse) => (
            <EvseRow
              key={evse.evse_id}
              evse={evse}
              isChosen={evse === chosen}
              onChoose={() => {
                start.reset();
                void navigate({
                  to: '/s/$stationId/$evseId',
                  params: { stationId, evseId: String(evse.evse_id) },
                  replace: true,
                });
              }}
            />
          ))}
        </fieldset>
      )}

      <StationTools
        stationId={stationId}
        isFull={!kept && data.evses.length > 0 && data.evses.every(({ startability }) => startability !== 'ready')}
      >
        {credentials && !kept && chosen && statusOf(chosen) === 'available' && (
          <ReserveButton stationId={stationId} evseId={chosen.evse_id} />
        )}
      </StationTools>
      <PopularTimes stationId={stationId} />

      <div className="bd-action" data-testid="start-area">
        {kept ? <KeptPlace reservation={kept} /> : <LostPlace items={reservations.data} stationId={stationId} />}
        {!credentials && <GuestCharge />}
        {data.evses.length > 0 && <Price stationId={stationId} evseId={chosen?.evse_id ?? null} />}
        {start.isError ? (
          <p className="bd-problem" role="alert" data-testid="start-problem">
            <Mark tone="bad" shape="cross">
              {tellProblem(start.error)}
            </Mark>
            {readFact(start.error, 'verdict') === 'no_funds' && (
              <Link to="/wallet/top-up" className="bd-link" data-testid="to-top-up">
                {t('wallet.title')}
              </Link>
            )}
          </p>
        ) : (
          <p className="bd-advice" data-testid="start-advice" data-advice={advice ?? 'choose'}>
            {advice ? t(`advice.${advice}`) : data.evses.length > 0 && t('advice.choose')}
          </p>
        )}
        {chosen?.startability === 'yours' && chosen.session_id ? (
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: chosen.session_id }}
            className="bd-button-link"
            data-testid="to-session"
          >
            {t('station.toSession')}
          </Link>
        ) : (
          <Button
            block
            color="primary"
            size="large"
            className="bd-main-button"
            disabled={!canStart}
            loading={start.isPending}
            loadingText={t('station.asking')}
            data-testid="start"
            onClick={begin}
          >
            {chosen && data.evses.length > 1 ? t('station.startAt', { label: labelOf(chosen) }) : t('station.start')}
          </Button>
        )}
        {!credentials && canStart && <p className="bd-fine">{t('station.signInFirst')}</p>}
        {!credentials && canStart && chosen && (
          <Link
            to="/g/$stationId/$evseId"
            params={{ stationId, evseId: String(chosen.evse_id) }}
            className="bd-link"
            data-testid="to-guest"
          >
            {t('guest.start')}
          </Link>
        )}
      </div>
    </StationFrame>
  );
}

function StationFrame({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHead title={title} aside={aside} />
      <main className="bd-page bd-page-action">{children}</main>
    </>
  );
}
