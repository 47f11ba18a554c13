import type { Schemas } from '@busbar/client';
import type { SheetFormat } from '@busbar/kit/export';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '../../parts/ExportButton';
import { readAllSites, type SiteSearch } from '../../queries/sites';
import { lookOfSite } from './usePlaces';

/** Rows that a file holds at most. */
const EXPORT_MOST = 10_000;

/** The list of sites as a file: what is chosen, else all that the search finds. */
export function SiteExport({ search, chosen }: { search: SiteSearch; chosen: readonly Schemas['Site'][] }) {
  const { t } = useTranslation();
  const save = async (format: SheetFormat) => {
    const sites = chosen.length ? chosen : await readAllSites(search, EXPORT_MOST);
    const { saveSheet } = await import('@busbar/kit/export');
    const sheet = {
      name: t('nav.sites'),
      head: [
        'ID',
        t('site.name'),
        t('site.address'),
        t('site.city'),
        t('site.country'),
        t('site.latitude'),
        t('site.longitude'),
        t('site.zone'),
        `${t('site.gridLimit')} (kW)`,
        t('site.state.title'),
        t('nav.stations'),
        t('site.stations'),
        t('site.charging'),
        t('site.free'),
        t('site.faulted'),
        t('site.public'),
      ],
      rows: sites.map((site) => [
        site.site_id,
        site.name,
        site.address,
        site.city,
        site.country,
        site.latitude,
        site.longitude,
        site.time_zone,
        site.grid_limit_w === null ? null : site.grid_limit_w / 1_000,
        t(`site.state.${lookOfSite(site).word}`),
        site.counts.stations,
        site.counts.stations_online,
        site.counts.connectors_charging,
        site.counts.connectors_available,
        site.counts.connectors_faulted,
        site.is_public ? t('site.isPublic') : t('site.isPrivate'),
      ]),
    };
    saveSheet(sheet, format, `busbar-sites-${new Date().toISOString().slice(0, 10)}`);
    return t('list.rowsExported', { count: sites.length });
  };
  return <ExportButton save={save} />;
}
