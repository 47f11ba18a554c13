import type { Schemas } from '@busbar/client';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTellKept } from '../../parts/useTellKept';
import { useSiteOptions } from '../../queries/sites';
import { keptStation, useSaveStation } from '../../queries/stations';
import { ConnectorFields, type ConnectorValues, toWatts } from '../stations/ConnectorFields';

type Tolerance = 'default' | 'tolerant' | 'strict';

interface Values {
  name: string;
  note: string;
  site_id?: string | null;
  tolerance: Tolerance;
  connectors: ConnectorValues[];
}

const tolerances: Record<Tolerance, boolean | null> = { default: null, tolerant: true, strict: false };

function toValues(station: Schemas['Station']): Values {
  const connectors = station.evses.flatMap((evse) =>
    evse.connectors.map((connector) => ({
      evse_id: evse.evse_id,
      connector_id: connector.connector_id,
      kind: connector.kind,
      power_kind: connector.power_kind ?? 'ac3',
      max_power_kw: (connector.max_power_w ?? 22_000) / 1_000,
      label: connector.label,
    })),
  );
  const tolerance = station.is_tolerant === null ? 'default' : station.is_tolerant ? 'tolerant' : 'strict';
  return { name: station.name ?? '', note: station.note ?? '', site_id: station.site_id, tolerance, connectors };
}

/** Change what people entered of a station. */
export function StationEdit({
  station,
  isOpen,
  onClose,
}: {
  station: Schemas['Station'];
  isOpen: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  const saveStation = useSaveStation(station.station_id);
  const told = useTellKept(keptStation);
  const initial = toValues(station);

  async function save({ tolerance, connectors, ...values }: Values): Promise<void> {
    const isRebuilt = JSON.stringify(connectors) !== JSON.stringify(initial.connectors);
    const left = await saveStation.mutateAsync({
      patch: { ...values, site_id: values.site_id ?? null, is_tolerant: tolerances[tolerance] },
      ...(isRebuilt && {
        connectors: connectors.map(({ max_power_kw: powerKw, ...connector }) => ({
          ...connector,
          max_power_w: toWatts(powerKw),
        })),
      }),
    });
    if (!isRebuilt) told.saved(left.name || left.station_id, station, left);
    onClose();
  }

  return (
    <EditDrawer<Values>
      title={t('station.edit')}
      isOpen={isOpen}
      onClose={onClose}
      testId="station-edit-form"
      width={560}
      initial={initial}
      save={save}
    >
      <Form.Item name="name" label={t('station.name')}>
        <Input maxLength={120} autoFocus data-testid="station-edit-name" />
      </Form.Item>
      <Form.Item name="site_id" label={t('station.site')}>
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={sites} data-testid="station-edit-site" />
      </Form.Item>
      <Form.Item name="note" label={t('station.note')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      </Form.Item>
      <Form.Item name="tolerance" label={t('station.tolerance')} extra={t('station.toleranceHint')}>
        <Select
          options={(['default', 'tolerant', 'strict'] as const).map((value) => ({
            value,
            label: t(`station.toleranceKind.${value}`),
          }))}
        />
      </Form.Item>
      <ConnectorFields />
    </EditDrawer>
  );
}
