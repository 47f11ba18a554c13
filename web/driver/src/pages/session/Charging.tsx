import {
  currentParts,
  energyParts,
  Figure,
  type FigureParts,
  Mark,
  percentParts,
  powerParts,
  Stale,
  StateMark,
  useFormat,
  useNow,
  voltageParts,
} from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isCutOff, type LiveSession } from '../../app/kept';
import { useLineOpen } from '../../app/line';
import { Feeder } from '../../parts/Feeder';
import { PageHead } from '../../parts/PageHead';
import { Sparkline } from '../../parts/Sparkline';
import { curveQuery } from '../../queries/sessions';
import { CostSoFar } from './CostSoFar';
import { feederOf, isCharging, lastedS } from './course';
import { extendCurve, readCurve } from './curve';
import { Happenings } from './Happenings';
import { StopArea } from './StopArea';
import { StopTarget } from './StopTarget';

const CURVE_MILLIS = 15_000;
/** Hours and minutes alone would say the same twice. */
const BRIEF_MILLIS = 300_000;

function Reading({ name, parts, testId }: { name: string; parts: FigureParts; testId: string }) {
  return (
    <div data-testid={testId}>
      <dt>{name}</dt>
      <dd>
        <Figure parts={parts} />
      </dd>
    </div>
  );
}

function PowerCurve({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({ ...curveQuery(session.session_id), refetchInterval: CURVE_MILLIS });
  const read = readCurve(data);
  const curve = read && extendCurve(read, session.power_w, session.last_sample_at);
  const first = curve?.points[0];
  if (!curve || !first) return null;
  const most = Math.max(...curve.points.map(({ value }) => value));
  const last = curve.points[curve.points.length - 1];
  const shape = last && last.at - first.at < BRIEF_MILLIS ? 'timeSeconds' : 'time';
  const figure = curve.measure === 'power' ? format.power(most) : format.energy(most);
  return (
    <figure className="bd-curve" data-testid="curve">
      <figcaption>
        <span>{t(`charging.${curve.measure}`)}</span>
        <span>{t('charging.most', { figure })}</span>
      </figcaption>
      <Sparkline
        points={curve.points}
        label={t('charging.curve', { since: format.instant(first.at, 'time'), figure })}
      />
      <div className="bd-curve-times">
        <time>{format.instant(first.at, shape)}</time>
        <time>{format.instant(last?.at, shape)}</time>
      </div>
    </figure>
  );
}

/** The running charge: what flows now, how much, how long. */
export function Charging({ session, isFresh }: { session: LiveSession; isFresh: boolean }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const now = useNow();
  const format = useFormat();
  const isLine = useLineOpen();
  const { power_w: powerW, soc_permille: socPermille } = session;
  const soc = socPermille === null ? null : socPermille / 10;
  const name = session.station_name || session.station_id;
  const isCut = isCutOff(session);
  const isNow = isFresh && !isCut;
  const duration = lastedS(session, now, isFresh);
  const state = session.charging_state;
  return (
    <>
      <PageHead title={name} />
      <main
        className="bd-page bd-page-action bd-charging"
        data-testid="session-charging"
        data-stale={!isNow || undefined}
      >
        <Feeder state={isNow ? feederOf(session) : 'closed'} powerW={powerW} />
        <p className="bd-power" data-testid="power">
          <span className="bb-visually-hidden">{t('charging.power')}: </span>
          <Figure parts={powerParts(locale, powerW)} />
        </p>
        <p className="bd-centred" data-testid="charging-state" data-state={state ?? session.state}>
          {state ? (
            <StateMark kind="charging" state={state} pill />
          ) : isCharging(session) ? (
            <StateMark kind="charging" state="charging" pill />
          ) : (
            <Mark tone="info" shape="clock" pill>
              {t('charging.waiting')}
            </Mark>
          )}
        </p>
        <p className="bd-heard bd-centred" data-testid="heard">
          {isFresh ? (
            session.last_sample_at ? (
              <>
                {isCut ? t('happened.station_offline') : isLine ? t('charging.live') : t('charging.asking')} ·{' '}
                {t('charging.measured', { age: format.age(session.last_sample_at, now) })}
              </>
            ) : (
              isCut && t('happened.station_offline')
            )
          ) : (
            <Stale since={session.heardAt} />
          )}
        </p>

        <dl className="bd-readings">
          <Reading name={t('charging.energy')} parts={energyParts(locale, session.energy_wh)} testId="energy" />
          <Reading name={t('charging.time')} parts={{ value: format.clock(duration), unit: '' }} testId="time" />
          {soc !== null && <Reading name={t('charging.soc')} parts={percentParts(locale, soc)} testId="soc" />}
        </dl>
        {soc !== null && (
          <div className="bd-soc" aria-hidden="true">
            <i style={{ width: `${Math.min(100, soc)}%` }} />
          </div>
        )}

        <CostSoFar session={session} />
        <StopTarget session={session} />
        <PowerCurve session={session} />

        <dl className="bd-readings bd-readings-small">
          {session.current_ma !== null && (
            <Reading name={t('charging.current')} parts={currentParts(locale, session.current_ma)} testId="current" />
          )}
          {session.voltage_mv !== null && (
            <Reading name={t('charging.voltage')} parts={voltageParts(locale, session.voltage_mv)} testId="voltage" />
          )}
          {session.connector_kind && (
            <div>
              <dt>{t('charging.connector')}</dt>
              <dd>{t(`connector.${session.connector_kind}`)}</dd>
            </div>
          )}
        </dl>

        <Happenings steps={session.steps} />
        <StopArea session={session} />
      </main>
    </>
  );
}
