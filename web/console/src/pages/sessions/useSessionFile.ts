import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';
import type { ListFile } from '../../parts/ListExport';
import { toMajor } from '../../parts/minor';
import { readSessions, type SessionSearch } from '../../queries/sessions';

/** The list of sessions as a file. */
export function useSessionFile(search: SessionSearch): ListFile<Schemas['Session']> {
  const { t } = useTranslation(['app', 'kit']);
  return {
    title: t('nav.sessions'),
    read: (part) => readSessions(search, part),
    fields: [
      ['ID', (session) => session.session_id],
      [t('session.started'), (session) => session.started_at],
      [t('session.ended'), (session) => session.ended_at],
      [t('session.station'), (session) => session.station_name || session.station_id],
      [t('session.evse'), (session) => session.evse_id],
      [t('station.site'), (session) => session.site_name],
      [t('session.state'), ({ state }) => t(`kit:mark.session.${state}`)],
      [t('driver.driver'), (session) => session.driver_name],
      [t('token.token'), (session) => session.id_token],
      [`${t('session.energy')} (Wh)`, (session) => session.energy_wh],
      [`${t('session.duration')} (s)`, (session) => session.duration_s],
      [t('session.cost'), ({ cost }) => cost && toMajor(cost.gross, cost.currency)],
      [t('session.currency'), ({ cost }) => cost?.currency],
      [t('session.stopReason'), (session) => session.stop_reason ?? session.fail_reason],
    ],
  };
}
