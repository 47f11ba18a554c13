import type { Schemas } from '@busbar/client';
import { take } from '@busbar/client';
import { AutoComplete, Form, Input, InputNumber, Radio, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/server';
import type { Permission } from '../../queries/me';
import { useProfileOptions } from '../../queries/profiles';
import { labelOf } from './labelOf';
import { actionsOf } from './ocppActions';

export type CommandName =
  | 'reset'
  | 'unlock'
  | 'availability'
  | 'trigger'
  | 'getVariables'
  | 'setVariable'
  | 'setProfile'
  | 'clearProfiles'
  | 'remoteStart'
  | 'remoteStop'
  | 'raw';

type Station = Schemas['Station'];
type Result = Schemas['CommandResult'];

const HOUR_MILLIS = 3_600_000;

/** How long a request may wait for a station that is away. */
export const waits = { none: 0, hour: HOUR_MILLIS, day: 24 * HOUR_MILLIS, week: 7 * 24 * HOUR_MILLIS };

export type Wait = keyof typeof waits;

/** When a request expires that is sent now; one that does not wait has no such time. */
export function termsOf({ wait = 'none' }: CommandValues, nowMillis: number): CommandTerms {
  return waits[wait] > 0 ? { expires_at: new Date(nowMillis + waits[wait]).toISOString() } : {};
}

/** Until when a request waits for a station that is away; left out, it does not. */
export interface CommandTerms {
  expires_at?: string;
}

/** All fields of all forms; each form shows some. */
export interface CommandValues {
  wait?: Wait;
  kind?: 'immediate' | 'on_idle';
  evse_id?: number;
  connector_id?: number;
  is_operative?: boolean;
  topic?: Schemas['TriggerTopic'];
  component?: string;
  variable?: string;
  value?: string;
  template_id?: string;
  profile_id?: number;
  token?: string;
  transaction_ref?: string;
  action?: string;
  payload?: string;
}

export interface CommandForm {
  name: CommandName;
  needs: Permission;
  initial: CommandValues;
  /** Asks first: it interrupts or cannot be taken back. */
  isGrave?: boolean;
  Fields: (props: { station: Station }) => ReactNode;
  send: (station: Station, values: CommandValues, terms: CommandTerms) => Promise<Result>;
}

const topics: Schemas['TriggerTopic'][] = [
  'boot',
  'heartbeat',
  'status',
  'meter_values',
  'transaction',
  'firmware_status',
  'log_status',
  'sign_certificate',
];

const at = (station: Station) => ({ path: { station_id: station.station_id } });

/** Only what was filled in is sent. */
function given<Values extends object>(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as Values;
}

function EvseField({ station, isRequired = false }: { station: Station; isRequired?: boolean }) {
  const { t } = useTranslation();
  const options = station.evses.map((evse) => ({
    value: evse.evse_id,
    label: t('evse.name', { evse: labelOf(evse) }),
  }));
  return (
    <Form.Item
      name="evse_id"
      label={t('evse.evse')}
      rules={isRequired ? [{ required: true, message: t('form.required') }] : []}
    >
      <Select
        allowClear={!isRequired}
        options={options}
        placeholder={isRequired ? undefined : t('evse.whole')}
        data-testid="command-evse"
      />
    </Form.Item>
  );
}

/** Which cable is to be let go: an EVSE may have several. */
function UnlockFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  const evseId: number | undefined = Form.useWatch('evse_id');
  const connectors = station.evses.find(({ evse_id: id }) => id === evseId)?.connectors ?? [];
  const options = connectors.map(({ connector_id: value, kind, label }) => ({
    value,
    label: [label ?? value, kind && t(`connectorKind.${kind}`)].filter(Boolean).join(' · '),
  }));
  return (
    <>
      <EvseField station={station} isRequired />
      {options.length > 1 && (
        <Form.Item
          key={evseId}
          name="connector_id"
          label={t('connector.connector')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Select options={options} data-testid="command-connector" />
        </Form.Item>
      )}
    </>
  );
}

function ResetFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="kind" label={t('command.reset.kind')}>
        <Radio.Group
          options={(['on_idle', 'immediate'] as const).map((value) => ({ value, label: t(`command.reset.${value}`) }))}
          vertical
        />
      </Form.Item>
      {station.protocol !== 'ocpp1.6' && <EvseField station={station} />}
    </>
  );
}

function AvailabilityFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="is_operative" label={t('command.availability.to')}>
        <Radio.Group
          options={[
            { value: true, label: t('command.availability.in') },
            { value: false, label: t('command.availability.out') },
          ]}
        />
      </Form.Item>
      <EvseField station={station} />
    </>
  );
}

function TriggerFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="topic" label={t('command.trigger.topic')}>
        <Select
          options={topics.map((value) => ({ value, label: t(`command.trigger.${value}`) }))}
          data-testid="command-topic"
        />
      </Form.Item>
      <EvseField station={station} />
    </>
  );
}

function VariableFields({ station, isValued = false }: { station: Station; isValued?: boolean }) {
  const { t } = useTranslation();
  const isOld = station.protocol === 'ocpp1.6';
  const rules = isValued ? [{ required: true, message: t('form.required') }] : [];
  return (
    <>
      {!isOld && (
        <Form.Item name="component" label={t('variable.component')} rules={rules}>
          <Input maxLength={50} data-testid="command-component" />
        </Form.Item>
      )}
      <Form.Item
        name="variable"
        label={isOld ? t('variable.key') : t('variable.variable')}
        rules={rules}
        {...(!isValued && { extra: t('command.getVariables.hint') })}
      >
        <Input maxLength={50} data-testid="command-variable" />
      </Form.Item>
      {isValued && (
        <Form.Item name="value" label={t('variable.value')} rules={[{ required: true, message: t('form.required') }]}>
          <Input maxLength={2500} data-testid="command-value" />
        </Form.Item>
      )}
    </>
  );
}

function TemplateField({ isRequired }: { isRequired: boolean }) {
  const { t } = useTranslation();
  const templates = useProfileOptions(true);
  return (
    <Form.Item
      name="template_id"
      label={t('profile.template')}
      rules={isRequired ? [{ required: true, message: t('form.required') }] : []}
    >
      <Select allowClear options={templates} data-testid="command-template" notFoundContent={t('profile.none')} />
    </Form.Item>
  );
}

function ClearProfilesFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="profile_id" label={t('profile.id')} extra={t('command.clearProfiles.hint')}>
        <InputNumber min={0} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <EvseField station={station} />
    </>
  );
}

function RemoteStartFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="token"
        label={t('token.token')}
        extra={t('command.remoteStart.hint')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input maxLength={255} className="bc-code" data-testid="command-token" />
      </Form.Item>
      <EvseField station={station} />
      <TemplateField isRequired={false} />
    </>
  );
}

function RemoteStopFields() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="transaction_ref"
      label={t('session.transactionRef')}
      rules={[{ required: true, message: t('form.required') }]}
    >
      <Input maxLength={36} className="bc-code" data-testid="command-transaction" />
    </Form.Item>
  );
}

/** Whether a text is a JSON object. */
function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function RawFields({ station }: { station: Station }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="action"
        label={t('command.raw.action')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <AutoComplete
          showSearch={{
            filterOption: (typed, option) => String(option?.value).toLowerCase().includes(typed.toLowerCase()),
          }}
          options={actionsOf(station.protocol).map((value) => ({ value }))}
          data-testid="command-action"
        />
      </Form.Item>
      <Form.Item
        name="payload"
        label={t('command.raw.payload')}
        rules={[
          {
            validator: (_rule, text: string) =>
              isJsonObject(text) ? Promise.resolve() : Promise.reject(new Error(t('command.raw.notJson'))),
          },
        ]}
      >
        <Input.TextArea
          autoSize={{ minRows: 5, maxRows: 18 }}
          className="bc-code"
          spellCheck={false}
          data-testid="command-payload"
        />
      </Form.Item>
    </>
  );
}

const COMMANDS = '/api/v1/stations/{station_id}/commands';

export const commandForms: CommandForm[] = [
  {
    name: 'reset',
    needs: 'control',
    initial: { kind: 'on_idle' },
    isGrave: true,
    Fields: ResetFields,
    send: (station, { kind = 'on_idle', evse_id }, terms) =>
      take(api.POST(`${COMMANDS}/reset`, { params: at(station), body: { ...given({ kind, evse_id }), ...terms } })),
  },
  {
    name: 'unlock',
    needs: 'control',
    initial: {},
    Fields: UnlockFields,
    send: (station, { evse_id = 1, connector_id = 1 }, terms) =>
      take(api.POST(`${COMMANDS}/unlock`, { params: at(station), body: { evse_id, connector_id, ...terms } })),
  },
  {
    name: 'availability',
    needs: 'control',
    initial: { is_operative: true },
    isGrave: true,
    Fields: AvailabilityFields,
    send: (station, { is_operative = true, evse_id }, terms) =>
      take(
        api.POST(`${COMMANDS}/availability`, {
          params: at(station),
          body: { ...given({ is_operative, evse_id }), ...terms },
        }),
      ),
  },
  {
    name: 'trigger',
    needs: 'control',
    initial: { topic: 'status' },
    Fields: TriggerFields,
    send: (station, { topic = 'status', evse_id }, terms) =>
      take(api.POST(`${COMMANDS}/trigger`, { params: at(station), body: { ...given({ topic, evse_id }), ...terms } })),
  },
  {
    name: 'getVariables',
    needs: 'control',
    initial: {},
    Fields: VariableFields,
    send: (station, { component, variable }, terms) =>
      take(
        api.POST(`${COMMANDS}/variables/get`, {
          params: at(station),
          body: {
            variables: variable ? [{ attribute: 'Actual', variable, ...(component && { component }) }] : [],
            ...terms,
          },
        }),
      ),
  },
  {
    name: 'setVariable',
    needs: 'manage_network',
    initial: {},
    isGrave: true,
    Fields: ({ station }) => <VariableFields station={station} isValued />,
    send: (station, { component, variable = '', value = '' }, terms) =>
      take(
        api.POST(`${COMMANDS}/variables/set`, {
          params: at(station),
          body: { variables: [{ attribute: 'Actual', variable, value, ...(component && { component }) }], ...terms },
        }),
      ),
  },
  {
    name: 'setProfile',
    needs: 'control',
    initial: {},
    Fields: ({ station }) => (
      <>
        <TemplateField isRequired />
        <EvseField station={station} />
      </>
    ),
    send: (station, { template_id, evse_id }, terms) =>
      take(
        api.POST(`${COMMANDS}/profile/set`, {
          params: at(station),
          body: { ...given({ template_id, evse_id }), ...terms },
        }),
      ),
  },
  {
    name: 'clearProfiles',
    needs: 'control',
    initial: {},
    isGrave: true,
    Fields: ClearProfilesFields,
    send: (station, { profile_id, evse_id }, terms) =>
      take(
        api.POST(`${COMMANDS}/profile/clear`, {
          params: at(station),
          body: { ...given({ profile_id, evse_id }), ...terms },
        }),
      ),
  },
  {
    name: 'remoteStart',
    needs: 'control',
    initial: {},
    Fields: RemoteStartFields,
    send: (station, { token = '', evse_id, template_id }, terms) =>
      take(
        api.POST(`${COMMANDS}/remote-start`, {
          params: at(station),
          body: { id_token: { value: token, kind: 'rfid' }, ...given({ evse_id, template_id }), ...terms },
        }),
      ),
  },
  {
    name: 'remoteStop',
    needs: 'control',
    initial: {},
    Fields: RemoteStopFields,
    send: (station, { transaction_ref = '' }, terms) =>
      take(api.POST(`${COMMANDS}/remote-stop`, { params: at(station), body: { transaction_ref, ...terms } })),
  },
  {
    name: 'raw',
    needs: 'manage_network',
    initial: { payload: '{}' },
    Fields: RawFields,
    send: (station, { action = '', payload = '{}' }, terms) =>
      take(
        api.POST('/api/v1/stations/{station_id}/ocpp', {
          params: at(station),
          body: { action, payload: JSON.parse(payload) as Record<string, unknown>, ...terms },
        }),
      ),
  },
];
