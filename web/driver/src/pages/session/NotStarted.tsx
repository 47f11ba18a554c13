import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../app/kept';
import { OpenSession } from '../../parts/ActiveStrip';
import { Feeder } from '../../parts/Feeder';
import { PageHead } from '../../parts/PageHead';
import { stagesOf } from './course';
import { Stages } from './Stages';

/** A charge that did not begin: why, and the way to try again. */
export function NotStarted({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const evse = session.evse_id;
  const reason = session.fail_reason ?? 'not_answered';
  const isCancelled = reason === 'cancelled';
  return (
    <>
      <PageHead title={session.station_name || session.station_id} />
      <main className="bd-page bd-page-action" data-testid="session-failed" data-reason={reason}>
        <Feeder state={isCancelled ? 'open' : 'broken'} />
        <h2 className="bd-session-title">{isCancelled ? t('failed.cancelledTitle') : t('failed.title')}</h2>
        <p className="bd-lead bd-centred" role="alert">
          {t(`failed.reason.${reason}`)}
        </p>
        {!isCancelled && <Stages stages={stagesOf(session)} />}
        <div className="bd-action">
          {/* A station cannot be told to forget a start: it may begin all the same, as a session of its own. */}
          <OpenSession />
          {evse === null ? (
            <Link
              to="/s/$stationId"
              params={{ stationId: session.station_id }}
              className="bd-button-link"
              data-testid="try-again"
            >
              {t('failed.again')}
            </Link>
          ) : (
            <Link
              to="/s/$stationId/$evseId"
              params={{ stationId: session.station_id, evseId: String(evse) }}
              className="bd-button-link"
              data-testid="try-again"
            >
              {t('failed.again')}
            </Link>
          )}
          <Link to="/" className="bd-link bd-centred">
            {t('failed.elsewhere')}
          </Link>
        </div>
      </main>
    </>
  );
}
