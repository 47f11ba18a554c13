import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';
import type { ListFile } from '../../parts/ListExport';
import { readSites, type SiteSearch } from '../../queries/sites';
import { lookOfSite } from './usePlaces';

/** The list of sites as a file. */
export function useSiteFile(search: SiteSearch): ListFile<Schemas['Site']> {
  const { t } = useTranslation();
  return {
    title: t('nav.sites'),
    read: (part) => readSites(search, part),
    fields: [
      ['ID', (site) => site.site_id],
      [t('site.name'), (site) => site.name],
      [t('site.address'), (site) => site.address],
      [t('site.city'), (site) => site.city],
      [t('site.country'), (site) => site.country],
      [t('site.latitude'), (site) => site.latitude],
      [t('site.longitude'), (site) => site.longitude],
      [t('site.zone'), (site) => site.time_zone],
      [`${t('site.gridLimit')} (kW)`, ({ grid_limit_w: limitW }) => (limitW === null ? null : limitW / 1_000)],
      [t('site.state.title'), (site) => t(`site.state.${lookOfSite(site).word}`)],
      [t('nav.stations'), (site) => site.counts.stations],
      [t('site.stations'), (site) => site.counts.stations_online],
      [t('site.charging'), (site) => site.counts.connectors_charging],
      [t('site.free'), (site) => site.counts.connectors_available],
      [t('site.faulted'), (site) => site.counts.connectors_faulted],
      [t('site.public'), (site) => (site.is_public ? t('site.isPublic') : t('site.isPrivate'))],
    ],
  };
}
