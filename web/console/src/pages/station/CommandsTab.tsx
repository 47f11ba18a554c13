import type { Schemas } from '@busbar/client';
import { StateMark } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, App, Button, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Json } from '../../parts/Json';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { usePermits } from '../../queries/me';
import { CommandLog } from './CommandLog';
import {
  type CommandForm,
  type CommandTerms,
  type CommandValues,
  commandForms,
  termsOf,
  type Wait,
  waits,
} from './commandForms';

const route = getRouteApi('/shell/stations/$stationId');

type Station = Schemas['Station'];

/** What became of a request, with the station's own words. */
export function CommandAnswer({ result }: { result: Schemas['CommandResult'] }) {
  const { t } = useTranslation();
  return (
    <div className="bc-answer" data-testid="command-answer" data-outcome={result.outcome}>
      <div className="bc-answer-head">
        <StateMark kind="outcome" state={result.outcome} pill />
        {result.status && <span className="bc-code">{result.status}</span>}
        <span className="bc-soft">{t(`command.meaning.${result.outcome}`)}</span>
      </div>
      {result.values.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="bc-scroll" aria-label={t('command.answer')} tabIndex={0}>
          <table className="bc-plain">
            <tbody>
              {result.values.map((value) => (
                <tr
                  key={[
                    value.component,
                    value.component_instance,
                    value.variable,
                    value.variable_instance,
                    value.evse_id,
                    value.attribute,
                  ].join('|')}
                >
                  <td className="bc-code">{[value.component, value.variable].filter(Boolean).join('.')}</td>
                  <td className="bc-code">{value.value}</td>
                  <td className="bc-soft">{value.status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {result.error && <Json value={result.error} />}
      {result.answer !== null && result.answer !== undefined && (
        <details open={result.values.length === 0}>
          <summary className="bc-soft">{t('command.answer')}</summary>
          <Json value={result.answer} />
        </details>
      )}
    </div>
  );
}

interface Sending {
  values: CommandValues;
  terms: CommandTerms;
}

function CommandPanel({ station, command }: { station: Station; command: CommandForm }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [form] = Form.useForm<CommandValues>();
  const problemText = useProblemText();
  const client = useQueryClient();
  const wait = Form.useWatch('wait', form) ?? 'none';
  const sent = useMutation({
    mutationFn: ({ values, terms }: Sending) => command.send(station, values, terms),
    onSettled: () => client.invalidateQueries({ queryKey: ['commands', station.station_id] }),
  });

  function submit(values: CommandValues): void {
    const sending = { values, terms: termsOf(values, Date.now()) };
    if (!command.isGrave) {
      sent.mutate(sending);
      return;
    }
    modal.confirm({
      title: t(`command.${command.name}.ask`),
      content: t('command.askText', { station: station.name || station.station_id }),
      okText: t(`command.${command.name}.do`),
      okButtonProps: { danger: true, 'data-testid': 'command-confirm' },
      onOk: () => sent.mutate(sending),
    });
  }

  return (
    <div className="bc-command-form">
      <h2>{t(`command.${command.name}.title`)}</h2>
      <p className="bc-soft">{t(`command.${command.name}.text`)}</p>
      <Form<CommandValues>
        form={form}
        layout="vertical"
        initialValues={{ ...command.initial, wait: station.is_online ? 'none' : 'day' }}
        onFinish={submit}
      >
        <command.Fields station={station} />
        <Form.Item name="wait" label={t('command.wait.label')} extra={t('command.wait.hint')}>
          <Select
            options={(Object.keys(waits) as Wait[]).map((value) => ({ value, label: t(`command.wait.${value}`) }))}
            data-testid="command-wait"
          />
        </Form.Item>
        <Button
          type="primary"
          htmlType="submit"
          loading={sent.isPending}
          disabled={!station.is_online && wait === 'none'}
          data-testid="command-send"
        >
          {t(`command.${command.name}.do`)}
        </Button>
      </Form>
      <div aria-live="polite">
        {sent.isPending && <p className="bc-soft">{t('command.waiting')}</p>}
        {sent.isError && <Alert type="error" showIcon title={problemText(sent.error)} data-testid="command-problem" />}
        {sent.data && <CommandAnswer result={sent.data} />}
      </div>
    </div>
  );
}

/** Everything that the station can be asked to do, and what it answered. */
export default function CommandsTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const { command: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const permits = usePermits();
  const allowed = commandForms.filter(({ needs }) => permits(needs));
  const command = allowed.find(({ name }) => name === chosen) ?? allowed[0];
  return (
    <div className="bc-stack">
      {!station.is_online && <Alert type="warning" showIcon title={t('command.offline')} />}
      {command && (
        <Panel flush>
          <div className="bc-commands">
            <nav aria-label={t('command.list')}>
              {allowed.map(({ name }) => (
                <button
                  key={name}
                  type="button"
                  aria-current={name === command.name}
                  data-testid={`command-${name}`}
                  onClick={() => void navigate({ search: { tab: 'commands', command: name } })}
                >
                  {t(`command.${name}.title`)}
                </button>
              ))}
            </nav>
            <CommandPanel key={command.name} station={station} command={command} />
          </div>
        </Panel>
      )}
      <CommandLog stationId={station.station_id} />
    </div>
  );
}
