import { EditOutlined, ReloadOutlined } from '@ant-design/icons';
import { type Schemas, take } from '@busbar/client';
import { Empty, Loading, useFormat } from '@busbar/kit';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Table } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/server';
import { Failure } from '../../parts/Failure';
import type { Columns } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useVariables } from '../../queries/stations';
import { CommandAnswer } from './CommandsTab';
import { ConfigurationPanel } from './ConfigurationPanel';

type Station = Schemas['Station'];
type Variable = Schemas['Variable'];

function keyOf(variable: Variable): string {
  const {
    component,
    component_instance,
    evse_id,
    connector_id,
    variable: name,
    variable_instance,
    attribute,
  } = variable;
  return [component, component_instance, evse_id, connector_id, name, variable_instance, attribute].join('|');
}

function nameOf(variable: Variable): string {
  const instance = variable.variable_instance ? `[${variable.variable_instance}]` : '';
  return variable.variable + instance;
}

function placeOf({
  component,
  component_instance: instance,
  evse_id: evse,
  connector_id: connector,
}: Variable): string {
  return [component, instance && `[${instance}]`, evse && `#${evse}`, connector && `.${connector}`]
    .filter(Boolean)
    .join('');
}

/** Change one setting and show what the station said of it. */
function ChangeDialog({ station, variable, onClose }: { station: Station; variable: Variable; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ value: string }>();
  const problemText = useProblemText();
  const change = useMutation({
    mutationFn: ({ value }: { value: string }) => {
      const { reported_at: _at, is_readonly: _readonly, value: _old, ...ref } = variable;
      return take(
        api.POST('/api/v1/stations/{station_id}/commands/variables/set', {
          params: { path: { station_id: station.station_id } },
          body: { variables: [{ ...ref, value }] },
        }),
      );
    },
  });
  return (
    <Modal
      open
      title={nameOf(variable)}
      onCancel={onClose}
      okText={change.data ? t('action.close') : t('command.setVariable.do')}
      onOk={() => (change.data ? onClose() : form.submit())}
      confirmLoading={change.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ value: variable.value ?? '' }}
        onFinish={(values) => change.mutate(values)}
      >
        <Form.Item name="value" label={t('variable.value')} extra={placeOf(variable)}>
          <Input autoFocus maxLength={2500} className="bc-code" />
        </Form.Item>
      </Form>
      {change.isError && <Alert type="error" showIcon title={problemText(change.error)} />}
      {change.data && <CommandAnswer result={change.data} />}
    </Modal>
  );
}

/** How long the reports of a whole device model usually take. */
const REPORT_MILLIS = 2_500;

/** The settings as the station last told them. */
export default function SettingsTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const [typed, setTyped] = useState('');
  const [changed, setChanged] = useState<Variable | null>(null);
  const { data, error, isPending, refetch } = useVariables(station.station_id);
  const read = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/stations/{station_id}/commands/variables/get', {
          params: { path: { station_id: station.station_id } },
          body: { variables: [] },
        }),
      ),
    onSuccess: (result) => {
      // A 2.x station answers first and sends its settings afterwards, in reports of their own.
      tell.done(result.values.length ? t('variable.told', { count: result.values.length }) : t('variable.coming'));
      void refetch();
      setTimeout(() => void refetch(), REPORT_MILLIS);
    },
    onError: tell.problem,
  });
  const shown = useMemo(() => {
    const words = typed.trim().toLowerCase();
    return (data ?? []).filter((variable) =>
      `${placeOf(variable)} ${nameOf(variable)} ${variable.value}`.toLowerCase().includes(words),
    );
  }, [data, typed]);
  const isOld = station.protocol === 'ocpp1.6';
  const columns: Columns<Variable> = [
    ...(isOld
      ? []
      : [
          {
            title: t('variable.component'),
            key: 'component',
            render: (_: unknown, variable: Variable) => <span className="bc-code">{placeOf(variable)}</span>,
          },
        ]),
    {
      title: isOld ? t('variable.key') : t('variable.variable'),
      key: 'variable',
      render: (_, variable) => <span className="bc-code">{nameOf(variable)}</span>,
    },
    {
      title: t('variable.value'),
      key: 'value',
      render: (_, { value }) => <span className="bc-code bc-wrap">{value}</span>,
    },
    {
      title: t('variable.reported'),
      key: 'at',
      width: 160,
      render: (_, variable) => <span className="bc-soft">{format.instant(variable.reported_at, 'dayTime')}</span>,
    },
    {
      title: <span className="bb-visually-hidden">{t('action.edit')}</span>,
      key: 'change',
      width: 96,
      align: 'right',
      render: (_, variable) =>
        variable.is_readonly || !permits('manage_network') ? (
          <span className="bc-soft bc-nowrap">{variable.is_readonly ? t('variable.readonly') : ''}</span>
        ) : (
          <Button
            size="small"
            type="text"
            icon={<EditOutlined />}
            disabled={!station.is_online}
            aria-label={t('variable.change', { variable: nameOf(variable) })}
            onClick={() => setChanged(variable)}
          />
        ),
    },
  ];
  return (
    <>
      <ConfigurationPanel station={station} onWritten={() => setTimeout(() => void refetch(), REPORT_MILLIS)} />
      <Panel flush testId="settings">
        <div className="bc-filters">
          <Input.Search
            allowClear
            placeholder={t('variable.search')}
            aria-label={t('variable.search')}
            style={{ maxWidth: 300 }}
            onChange={({ target }) => setTyped(target.value)}
          />
          <span className="bc-filters-space" />
          {permits('control') && (
            <Button
              icon={<ReloadOutlined />}
              loading={read.isPending}
              disabled={!station.is_online}
              data-testid="settings-read"
              onClick={() => read.mutate()}
            >
              {t('variable.read')}
            </Button>
          )}
        </div>
        {isPending && <Loading rows={6} />}
        {error && !data && <Failure error={error} />}
        {data?.length === 0 && <Empty title={t('variable.none')}>{t('variable.noneText')}</Empty>}
        {data && data.length > 0 && (
          <Table<Variable>
            dataSource={shown}
            columns={columns}
            rowKey={keyOf}
            size="small"
            pagination={false}
            virtual={shown.length > 200}
            scroll={{ x: 720, ...(shown.length > 200 && { y: 640 }) }}
          />
        )}
        {changed && (
          <ChangeDialog
            station={station}
            variable={changed}
            onClose={() => {
              setChanged(null);
              void refetch();
            }}
          />
        )}
      </Panel>
    </>
  );
}
