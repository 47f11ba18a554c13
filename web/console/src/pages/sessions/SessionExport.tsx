import type { Schemas } from '@busbar/client';
import type { SheetFormat } from '@busbar/kit/export';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../parts/ExportButton';
import { readAllSessions, type SessionSearch } from '../../queries/sessions';

/** Rows that a file holds at most. */
const EXPORT_MOST = 10_000;

/** Whole minor units as a spreadsheet reads them: 1234 cents are 12.34. */
function inMajor(minor: number, currency: string): number {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return minor / 10 ** (digits ?? 2);
}

/** The list of sessions as a file: what is chosen, else all that the filters find. */
export function SessionExport({ search, chosen }: { search: SessionSearch; chosen: readonly Schemas['Session'][] }) {
  const { t } = useTranslation(['app', 'kit']);
  const save = async (format: SheetFormat) => {
    const sessions = chosen.length ? chosen : await readAllSessions(search, EXPORT_MOST);
    const { saveSheet } = await import('@busbar/kit/export');
    const sheet = {
      name: t('nav.sessions'),
      head: [
        'ID',
        t('session.started'),
        t('session.ended'),
        t('session.station'),
        t('session.evse'),
        t('station.site'),
        t('session.state'),
        t('driver.driver'),
        t('token.token'),
        `${t('session.energy')} (Wh)`,
        `${t('session.duration')} (s)`,
        t('session.cost'),
        t('session.currency'),
        t('session.stopReason'),
      ],
      rows: sessions.map((session) => [
        session.session_id,
        session.started_at,
        session.ended_at,
        session.station_name || session.station_id,
        session.evse_id,
        session.site_name,
        t(`kit:mark.session.${session.state}`),
        session.driver_name,
        session.id_token,
        session.energy_wh,
        session.duration_s,
        session.cost && inMajor(session.cost.gross, session.cost.currency),
        session.cost?.currency,
        session.stop_reason ?? session.fail_reason,
      ]),
    };
    saveSheet(sheet, format, `busbar-sessions-${new Date().toISOString().slice(0, 10)}`);
    return t('list.rowsExported', { count: sessions.length });
  };
  return <ExportButton save={save} />;
}
