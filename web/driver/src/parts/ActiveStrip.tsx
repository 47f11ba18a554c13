import { energyParts, Figure, Glyph, powerParts, useFormat, useNow } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FRESH_MILLIS, isCutOff, type LiveSession } from '../app/kept';
import { activeSessionsQuery } from '../queries/sessions';
import { Icon } from './Icon';

/** The running charge, always one tap away. */
function ActiveStrip({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { locale } = format;
  const now = useNow();
  const isFresh = now - session.heardAt < FRESH_MILLIS;
  const isCut = isCutOff(session);
  const isNow = isFresh && !isCut;
  const since = isFresh && isCut ? session.last_sample_at : session.heardAt;
  const isFlowing = isNow && session.charging_state === 'charging';
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId: session.session_id }}
      className="bd-strip bd-strip-active"
      data-testid="active-session"
    >
      <span className="bb-mark" data-tone="flow" data-flowing={isFlowing || undefined}>
        <Glyph shape={session.state === 'active' ? 'bolt' : 'clock'} />
      </span>
      <span className="bd-strip-name">
        {session.station_name || session.station_id}
        <small>
          {isNow || since === null
            ? t(`sessionState.${session.state}`)
            : t('charging.asOf', { age: format.age(since, now) })}
        </small>
      </span>
      {session.state === 'active' && (
        <span className="bd-strip-figures">
          {session.power_w !== null && <Figure parts={powerParts(locale, session.power_w)} />}
          <Figure parts={energyParts(locale, session.energy_wh)} />
        </span>
      )}
      <Icon name="forward" size={20} />
    </Link>
  );
}

const POLL_MILLIS = 30_000;

/** The newest of the driver's open sessions, if there is one. */
export function OpenSession() {
  const { data } = useQuery({ ...activeSessionsQuery(), refetchInterval: POLL_MILLIS });
  const open = data?.find(({ is_open: isOpen }) => isOpen);
  return open ? <ActiveStrip session={open} /> : null;
}
