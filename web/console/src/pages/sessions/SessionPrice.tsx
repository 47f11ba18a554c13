import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { usePermits } from '../../queries/me';
import { useSessionCdrs } from '../../queries/roaming';
import { useSessionPrice } from '../../queries/tariffs';
import { CdrFiles } from '../roaming/CdrFiles';
import { PriceLines } from '../tariffs/PriceLines';

/** What the station reckoned by itself, and how far that is from ours. */
function StationCost({ cost, currency }: { cost: Schemas['StationCost']; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = [
    { name: 'net' as const, amount: cost.net },
    { name: 'gross' as const, amount: cost.gross },
  ].filter(({ amount }) => amount !== null);
  return (
    <section className="bc-station-cost" data-testid="station-cost" aria-label={t('price.byStation')}>
      <h3>{t('price.byStation')}</h3>
      <dl className="bc-sums">
        {figures.map(({ name, amount }) => (
          <div key={name}>
            <dt>{t(`document.${name}`)}</dt>
            <dd className="bc-number">
              {amount} {cost.currency}
            </dd>
          </div>
        ))}
        {cost.difference !== null && (
          <div>
            <dt>{t('price.difference')}</dt>
            <dd>
              <Mark tone={cost.difference === 0 ? 'good' : 'warn'} shape={cost.difference === 0 ? 'check' : 'dots'}>
                {cost.difference > 0 && '+'}
                {format.money(cost.difference, currency)}
              </Mark>
            </dd>
          </div>
        )}
      </dl>
      <p className="bc-soft">
        {cost.failure ? t('price.stationFailed', { reason: cost.failure }) : null}{' '}
        {cost.is_final
          ? t('price.stationFinal', { at: format.instant(cost.at) })
          : t('price.stationSoFar', { at: format.instant(cost.at) })}
      </p>
    </section>
  );
}

const WORDS = ['Rejected', 'TooManyElements', 'ConditionNotSupported', 'TxNotFound', 'NoCurrencyChange'] as const;

/** What the station answered when it was given this session's tariff. */
function useAnswer({ outcome, status, sent_at: sentAt }: Schemas['StationTariff']) {
  const { t } = useTranslation();
  if (sentAt === null) return t('price.stationTariff.kept');
  if (outcome === null) return t('price.stationTariff.waiting');
  if (outcome === 'accepted') return t('price.stationTariff.took');
  if (outcome === 'timed_out' || outcome === 'undelivered') return t('price.stationTariff.again');
  if (outcome === 'unsupported') return t('price.stationTariff.unsupported');
  const word = WORDS.find((each) => each === status) ?? 'Rejected';
  return t(`price.stationTariff.word.${word}`);
}

/** Which tariff the station reckons with, and what became of giving it this session's. */
function StationTariff({ tariff }: { tariff: Schemas['StationTariff'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const answer = useAnswer(tariff);
  const { is_ours: isOurs, sent_at: sentAt } = tariff;
  return (
    <section className="bc-station-cost" data-testid="station-tariff" aria-label={t('price.stationTariff.title')}>
      <h3>{t('price.stationTariff.title')}</h3>
      <Mark tone={isOurs ? 'good' : 'warn'} shape={isOurs ? 'check' : 'dots'}>
        {isOurs ? t('price.stationTariff.ours') : t('price.stationTariff.other')}
      </Mark>
      {!isOurs && <p className="bc-code">{tariff.tariff_ref}</p>}
      <p className="bc-soft">
        {sentAt !== null && `${t('price.stationTariff.given', { at: format.instant(sentAt) })} `}
        {!isOurs && answer}
      </p>
    </section>
  );
}

/** The offers that took nothing off, and why. */
function Refused({ refusals }: { refusals: Schemas['OfferRefusal'][] }) {
  const { t } = useTranslation();
  if (refusals.length === 0) return null;
  return (
    <section className="bc-refused" data-testid="refused" aria-label={t('price.refused.title')}>
      <h3>{t('price.refused.title')}</h3>
      <ul>
        {refusals.map(({ offer_id: offerId, name, source, reason }) => (
          <li key={`${offerId} ${reason}`} data-reason={reason}>
            <Mark tone="idle" shape="slash">
              {t(`price.refused.named.${source}`, { name })}
            </Mark>
            <span className="bc-soft">{t(`price.refused.reason.${reason}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The records of the session for the partner whose driver charged. */
function Records({ session }: { session: Schemas['SessionDetail'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  const isPriced = (session.cost?.revision ?? 0) > 0;
  const { data } = useSessionCdrs(session.session_id, isPriced && permits('read_money'));
  if (!data?.items.length) return null;
  return (
    <section className="bc-station-cost" data-testid="session-cdrs" aria-label={t('roaming.records')}>
      <h3>{t('roaming.records')}</h3>
      <ul className="bc-assignments">
        {data.items.map((cdr) => (
          <li key={cdr.cdr_id}>
            <span>
              {cdr.partner_name} · {cdr.is_credit ? t('roaming.credit') : t('roaming.record')}{' '}
              <span className="bc-number">{format.money(cdr.gross, cdr.currency)}</span>
            </span>
            <CdrFiles cdrId={cdr.cdr_id} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How the price of a session came about, line by line, and what it was before corrections. */
export function SessionPrice({ session }: { session: Schemas['SessionDetail'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: price } = useSessionPrice(session.session_id, session.cost !== null);
  if (!price) return null;
  const earlier = price.revisions.filter(({ revision }) => revision < price.revision);
  return (
    <Panel
      title={price.revision === 0 ? t('price.soFar') : t('price.title')}
      testId="session-price"
      extra={
        <Link to="/tariffs/$tariffId" params={{ tariffId: price.tariff_id }} className="bc-link">
          {price.tariff_name} · {t('tariff.versionNumber', { version: price.tariff_version })}
        </Link>
      }
    >
      <PriceLines {...price} />
      <Refused refusals={price.refusals} />
      <p className="bc-soft">
        {t('price.because', { scope: t(`tariff.scope.${price.assigned_by}`), at: format.instant(price.fixed_at) })}
        {price.revision > 0 && !price.is_final && ` ${t('price.notFinal')}`}
      </p>
      <Records session={session} />
      {price.station_tariff && <StationTariff tariff={price.station_tariff} />}
      {price.station_cost && <StationCost cost={price.station_cost} currency={price.currency} />}
      {earlier.length > 0 && (
        <ul className="bc-assignments">
          {earlier.map((each) => (
            <li key={each.revision}>
              <span>{t('price.before', { at: format.instant(each.priced_at) })}</span>
              <s className="bc-number">{format.money(each.gross, price.currency)}</s>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
