import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import './stations.css';

export const connectorKinds = [
  'type2',
  'ccs2',
  'gbt_ac',
  'gbt_dc',
  'type1',
  'ccs1',
  'chademo',
  'nacs',
  'domestic',
  'other',
] as const;
export const powerKinds = ['ac1', 'ac3', 'dc'] as const;

/** A connector as the form holds it: power in kW, as it stands on the plate. */
export interface ConnectorValues {
  evse_id: number;
  connector_id: number;
  kind: (typeof connectorKinds)[number];
  power_kind: (typeof powerKinds)[number];
  max_power_kw: number;
  label?: string | null;
}

/** Whole watts from the kilowatts of a form. */
export function toWatts(powerKw: number): number {
  return Math.round(powerKw * 1_000);
}

/** What the station is built of, one line for each connector. */
export function ConnectorFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  return (
    <Form.List name="connectors">
      {(fields, { add, remove }) => (
        <fieldset className="bc-fieldset">
          <legend>{t('connector.title')}</legend>
          {fields.map(({ key, name }) => (
            <div key={key} className="bc-connector-fields">
              <Form.Item name={[name, 'evse_id']} rules={[{ required: true, message: '' }]}>
                <InputNumber
                  min={1}
                  max={1000}
                  precision={0}
                  controls={false}
                  aria-label={t('connector.evse')}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Form.Item name={[name, 'kind']}>
                <Select
                  aria-label={t('connector.kind')}
                  options={connectorKinds.map((value) => ({ value, label: t(`connectorKind.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'power_kind']}>
                <Select
                  aria-label={t('connector.powerKind')}
                  options={powerKinds.map((value) => ({ value, label: t(`powerKind.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'max_power_kw']} rules={[{ required: true, message: '' }]}>
                <InputNumber
                  min={0.1}
                  max={10000}
                  step={1}
                  suffix="kW"
                  aria-label={t('connector.power')}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Form.Item name={[name, 'connector_id']} hidden>
                <InputNumber />
              </Form.Item>
              <Form.Item name={[name, 'label']} hidden>
                <Input />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('connector.remove')}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button
            type="dashed"
            block
            icon={<PlusOutlined />}
            data-testid="connector-add"
            onClick={() => {
              const known: (ConnectorValues | undefined)[] = form.getFieldValue('connectors') ?? [];
              const last = known.at(-1);
              const evseId = Math.max(0, ...known.map((connector) => connector?.evse_id ?? 0)) + 1;
              add({
                kind: 'type2',
                power_kind: 'ac3',
                max_power_kw: 22,
                ...last,
                evse_id: evseId,
                connector_id: 1,
                label: null,
              });
            }}
          >
            {t('connector.add')}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}
