import type { SheetFormat } from '@busbar/kit/export';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../parts/ExportButton';
import { type AuditSearch, readAllAudit } from '../../queries/admin';

/** Rows that a file holds at most. */
const EXPORT_MOST = 10_000;

/** The audit log as a file: all entries that the search finds, with what each tells. */
export function AuditExport({ search }: { search: AuditSearch }) {
  const { t } = useTranslation();
  const save = async (format: SheetFormat) => {
    const entries = await readAllAudit(search, EXPORT_MOST);
    const { saveSheet } = await import('@busbar/kit/export');
    const sheet = {
      name: t('nav.audit'),
      head: [
        'ID',
        t('audit.at'),
        t('audit.actor'),
        t('audit.actorName'),
        t('audit.action'),
        t('audit.subject'),
        t('audit.detail'),
      ],
      rows: entries.map((entry) => [
        entry.entry_id,
        entry.at,
        entry.actor,
        entry.actor_name,
        entry.action,
        entry.subject,
        Object.keys(entry.detail).length > 0 ? JSON.stringify(entry.detail) : null,
      ]),
    };
    saveSheet(sheet, format, `busbar-audit-${new Date().toISOString().slice(0, 10)}`);
    return t('list.rowsExported', { count: entries.length });
  };
  return <ExportButton save={save} />;
}
