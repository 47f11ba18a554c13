import { Empty, Loading } from '@busbar/kit';
import { Busbar } from '@busbar/kit/busbar';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { useBusbars } from '../../queries/busbars';
import { toFeeders } from './feeders';

/** The site as engineers draw it, live; a press on a station opens its page. */
export function SiteBusbar({ siteId, name }: { siteId: string; name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const { data, error } = useBusbars([siteId]);
  const busbar = data?.find((one) => one.site_id === siteId);
  const feeders = useMemo(() => (busbar ? toFeeders(busbar) : []), [busbar]);
  if (error && !data) return <Failure error={error} />;
  if (!busbar) return <Loading rows={4} />;
  if (!feeders.length) return <Empty title={t('busbar.none')}>{t('busbar.noneText')}</Empty>;
  const linkTo = (stationId: string) => ({ to: '/stations/$stationId', params: { stationId } }) as const;
  return (
    <>
      <Busbar
        feeders={feeders}
        limitW={busbar.grid_limit_w}
        label={t('busbar.label', { site: name })}
        hrefOf={(stationId) => router.buildLocation(linkTo(stationId)).href}
        onOpen={(stationId) => void navigate(linkTo(stationId))}
      />
      {!busbar.is_whole && (
        <Link to="/stations" search={{ site: siteId }}>
          {t('site.allStations')}
        </Link>
      )}
    </>
  );
}
