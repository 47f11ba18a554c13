import { Empty, Loading, Mark, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { reportsQuery } from '../../queries/companion';
import { statusLooks } from './looks';
import './reports.css';

/** What the driver said is wrong, and where each of it stands. */
export function ReportsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isError, refetch } = useQuery(reportsQuery);
  return (
    <>
      <PageHead title={t('report.title')} />
      <main className="bd-page" data-testid="reports">
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />)}
        {data?.items.length === 0 && <Empty title={t('report.none')}>{t('report.noneText')}</Empty>}
        {data && data.items.length > 0 && (
          <section className="bd-card bd-rows">
            {data.items.map((report) => (
              <Link
                key={report.complaint_id}
                to="/reports/$reportId"
                params={{ reportId: report.complaint_id }}
                className="bd-row bd-report-row"
                data-testid="report-row"
                data-status={report.status}
              >
                <span>
                  <strong>{t(`report.category.${report.category}`)}</strong>
                  <small>
                    {report.station_name ?? report.station_id} · {format.instant(report.created_at, 'date')}
                  </small>
                </span>
                <Mark {...statusLooks[report.status]} pill>
                  {t(`report.status.${report.status}`)}
                </Mark>
                <Icon name="forward" size={20} />
              </Link>
            ))}
          </section>
        )}
      </main>
    </>
  );
}
