import { energyParts, Figure, Loading, powerParts, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useOverview } from '../../queries/overview';
import { Attention } from './Attention';
import { ConnectorBar } from './ConnectorBar';
import { OverviewMap } from './OverviewMap';
import './overview.css';
import { OwnClock } from './OwnClock';
import { PowerTrail } from './PowerTrail';
import { RunningSessions } from './RunningSessions';

const MAP_HEIGHT_PX = 380;

/** What needs me now, and what is going on. */
export function OverviewPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isPending } = useOverview();
  if (isPending) return <Loading rows={10} />;
  if (!data) return <Failure error={error} />;
  const { counts } = data;
  return (
    <>
      <PageHead title={t('overview.title')} />
      <OwnClock />
      <div className="bc-stack">
        <section className="bc-figures" aria-label={t('overview.figures')}>
          <div className="bc-figure-main" data-testid="overview-power">
            <span className="bc-figure-label">{t('overview.power')}</span>
            <Figure parts={powerParts(format.locale, data.power_w)} />
            <PowerTrail powerW={data.power_w} at={data.at} />
          </div>
          <Link to="/sessions" search={{ state: 'open' }} className="bc-figure-cell" data-testid="overview-sessions">
            <span className="bc-figure-label">{t('overview.openSessions')}</span>
            <Figure parts={{ value: format.number(data.open_sessions), unit: '' }} />
            <span className="bc-soft">{t('overview.sessionsToday', { count: data.sessions_today })}</span>
          </Link>
          <div className="bc-figure-cell" data-testid="overview-energy">
            <span className="bc-figure-label">{t('overview.energyToday')}</span>
            <Figure parts={energyParts(format.locale, data.energy_today_wh)} />
            <span className="bc-soft">{t('overview.sinceMidnight', { zone: data.time_zone })}</span>
          </div>
          <Link to="/stations" className="bc-figure-cell" data-testid="overview-stations">
            <span className="bc-figure-label">{t('overview.stationsOnline')}</span>
            <Figure
              parts={{ value: format.number(counts.stations_online), unit: `/ ${format.number(counts.stations)}` }}
            />
            <span className="bc-soft">{t('overview.connectorCount', { count: counts.connectors })}</span>
          </Link>
        </section>
        <div className="bc-columns">
          <div className="bc-stack">
            <Attention />
            <RunningSessions />
          </div>
          <div className="bc-stack">
            <ConnectorBar counts={counts} />
            <Panel title={t('overview.map')} flush>
              <OverviewMap heightPx={MAP_HEIGHT_PX} />
            </Panel>
          </div>
        </div>
      </div>
    </>
  );
}
