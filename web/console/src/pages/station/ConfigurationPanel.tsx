import type { Schemas } from '@busbar/client';
import { Loading, Mark, StateMark } from '@busbar/kit';
import { Alert, Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import {
  keepAssigned,
  useApplyConfiguration,
  useAssignConfiguration,
  useConfigurationOptions,
  useStationConfiguration,
} from '../../queries/configuration';
import { usePermits } from '../../queries/me';
import { nameLine } from '../configuration/settingLines';

type Station = Schemas['Station'];
const tones = { missing: 'idle', other: 'warn', read_only: 'bad' } as const;

/** What the station said of each setting that was written. */
function Results({ result }: { result: Schemas['ConfigurationResult'] }) {
  const { t } = useTranslation();
  return (
    <div data-testid="configuration-results" style={{ marginTop: 16 }}>
      {result.needs_restart && <Alert type="warning" showIcon title={t('configuration.restart')} />}
      {result.left > 0 && <Alert type="warning" showIcon title={t('configuration.left', { count: result.left })} />}
      <div>
        <table className="bc-plain">
          <tbody>
            {result.results.map((each) => (
              <tr key={nameLine(each)}>
                <td>
                  <span className="bc-two-lines">
                    <span className="bc-code bc-wrap">{nameLine(each)}</span>
                    <span data-verbatim>{each.status}</span>
                  </span>
                </td>
                <td className="bc-code bc-wrap">{each.wanted}</td>
                <td>
                  <StateMark kind="outcome" state={each.outcome} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Differences({ differences }: { differences: Schemas['SettingDifference'][] }) {
  const { t } = useTranslation();
  return (
    <div>
      <table className="bc-plain" data-testid="configuration-differences">
        <thead>
          <tr>
            <th>{t('configuration.setting')}</th>
            <th>{t('configuration.wanted')}</th>
            <th>{t('variable.reported')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((each) => (
            <tr key={nameLine(each)} data-kind={each.kind}>
              <td>
                <span className="bc-two-lines">
                  <span className="bc-code bc-wrap">{nameLine(each)}</span>
                  <Mark tone={tones[each.kind]} shape="diamond">
                    {t(`configuration.kind.${each.kind}`)}
                  </Mark>
                </span>
              </td>
              <td className="bc-code bc-wrap">{each.wanted}</td>
              <td className="bc-code bc-wrap">{each.value ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A station's settings against its configuration template. */
export function ConfigurationPanel({ station, onWritten }: { station: Station; onWritten: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const permits = usePermits();
  const { data, error, isPending } = useStationConfiguration(station.station_id);
  const options = useConfigurationOptions(station.protocol === 'ocpp1.6' ? '1.6' : '2.x');
  const assign = useAssignConfiguration(station.station_id);
  const apply = useApplyConfiguration(station.station_id);
  const told = useTellKept(keepAssigned(station.station_id));
  const mayWrite = permits('manage_network');
  const differences = data?.differences ?? [];
  const writable = differences.filter(({ kind }) => kind !== 'read_only').length;
  return (
    <Panel title={t('configuration.panel')} testId="configuration" style={{ marginBottom: 16 }}>
      <div className="bc-filters" style={{ padding: 0, marginBottom: 12 }}>
        {mayWrite && (
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            value={data?.is_given ? data.template_id : null}
            placeholder={data?.template_name ?? t('configuration.noTemplate')}
            options={options}
            loading={assign.isPending}
            aria-label={t('configuration.choose')}
            style={{ minWidth: 240 }}
            data-testid="configuration-choose"
            onChange={(templateId: string | null | undefined) =>
              void assign
                .mutateAsync(templateId ?? null)
                .then((left) => data && told.saved(t('configuration.panel'), data, left), tell.problem)
            }
          />
        )}
        {data?.template_id && (
          <span className="bc-soft">
            {data.is_given ? t('configuration.isGiven') : t('configuration.isInherited', { name: data.template_name })}
          </span>
        )}
        <span className="bc-filters-space" />
        {mayWrite && writable > 0 && (
          <Button
            type="primary"
            loading={apply.isPending}
            disabled={!station.is_online}
            data-testid="configuration-apply"
            onClick={() =>
              ask({
                title: t('configuration.applyAsk', { station: station.name || station.station_id }),
                text: t('configuration.applyText'),
                yes: t('configuration.apply', { count: writable }),
                deed: () => apply.mutateAsync().then(onWritten),
              })
            }
          >
            {t('configuration.apply', { count: writable })}
          </Button>
        )}
      </div>
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data && !data.template_id && <p className="bc-soft">{t('configuration.noTemplateText')}</p>}
      {data?.template_id && !data.told_at && <p className="bc-soft">{t('configuration.notTold')}</p>}
      {data?.template_id && data.told_at && differences.length === 0 && (
        <p>
          <Mark tone="good" shape="check">
            {t('configuration.same', { count: data.setting_count })}
          </Mark>
        </p>
      )}
      {data?.told_at && differences.length > 0 && <Differences differences={differences} />}
      {apply.data && <Results result={apply.data} />}
    </Panel>
  );
}
