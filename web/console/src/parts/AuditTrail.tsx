import { Loading, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAudit } from '../queries/admin';
import { usePermits } from '../queries/me';
import { Changes } from './Changes';
import { Failure } from './Failure';
import { Panel } from './Panel';
import { useActorName } from './useActorName';

/** Entries that a page shows; the log has the others. */
const SHOWN = 10;

/** Who changed this thing, and what; for those who may read the audit log. */
export function AuditTrail({ subject }: { subject: string }) {
  const permits = usePermits();
  return permits('read_audit') ? <Trail subject={subject} /> : null;
}

function Trail({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  const { data, error, isPending } = useAudit({ subject });
  return (
    <Panel
      title={t('audit.trail')}
      testId="audit-trail"
      extra={
        <Link to="/audit" search={{ subject }} className="bc-link">
          {t('audit.whole')}
        </Link>
      }
    >
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && <p className="bc-soft bc-first">{t('audit.none')}</p>}
      <ul className="bc-trail">
        {data?.items.slice(0, SHOWN).map((entry) => (
          <li key={entry.entry_id}>
            <details>
              <summary>
                <span className="bc-number bc-soft">{format.instant(entry.at, 'dateTimeSeconds')}</span>
                <span className="bc-code">{entry.action}</span>
                <span>{entry.actor_name ?? actorName(entry.actor)}</span>
              </summary>
              <Changes detail={entry.detail} />
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
