import { Loading, Mark, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { photoAddress, reportQuery } from '../../queries/companion';
import { isOver, statusLooks } from './looks';
import { MorePhotos } from './MorePhotos';
import { PHOTOS_MAX } from './Photos';
import './reports.css';

const route = getRouteApi('/mine/reports/$reportId');
const POLL_MILLIS = 30_000;

/** One report, and what was answered. */
export function ReportPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { reportId } = route.useParams();
  const { data, error, isError, refetch } = useQuery({ ...reportQuery(reportId), refetchInterval: POLL_MILLIS });
  return (
    <>
      <PageHead title={data ? t(`report.category.${data.category}`) : t('report.title')} />
      <main className="bd-page bd-report" data-testid="report-page" data-status={data?.status}>
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />)}
        {data && (
          <>
            <p>
              <Mark {...statusLooks[data.status]} pill>
                {t(`report.status.${data.status}`)}
              </Mark>
            </p>
            <p className="bd-lead">
              {data.station_name ?? data.station_id}
              {data.site_name && ` · ${data.site_name}`}
            </p>
            <ol className="bd-report-course">
              <li>
                <time dateTime={data.created_at}>{format.instant(data.created_at, 'dateTime')}</time>
                <strong>{t('report.you')}</strong>
                {data.text && <p data-verbatim>{data.text}</p>}
                {data.photo_ids.length > 0 && (
                  <div className="bd-photos">
                    {data.photo_ids.map((photoId, index) => (
                      <a key={photoId} href={photoAddress(reportId, photoId)} className="bd-photo">
                        <img
                          src={photoAddress(reportId, photoId)}
                          alt={t('report.photo', { number: index + 1 })}
                          loading="lazy"
                        />
                      </a>
                    ))}
                  </div>
                )}
                {!isOver(data.status) && <MorePhotos reportId={reportId} most={PHOTOS_MAX - data.photo_ids.length} />}
              </li>
              {data.entries.map((entry) => (
                <li key={entry.at}>
                  <time dateTime={entry.at}>{format.instant(entry.at, 'dateTime')}</time>
                  <strong>{t(`report.status.${entry.status}`)}</strong>
                  {entry.text && <p data-verbatim>{entry.text}</p>}
                </li>
              ))}
            </ol>
            {data.entries.length === 0 && <p className="bd-note">{t('report.waiting')}</p>}
          </>
        )}
      </main>
    </>
  );
}
