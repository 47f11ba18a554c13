import { useNavigate } from '@tanstack/react-router';
import { Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTell } from '../../parts/useTell';
import { useSiteOptions } from '../../queries/sites';
import { useCreateStation } from '../../queries/stations';
import { useShowSecret } from '../station/useShowSecret';
import { ConnectorFields, type ConnectorValues, toWatts } from './ConnectorFields';

interface Values {
  station_id: string;
  name?: string;
  site_id?: string | null;
  wants_password: boolean;
  connectors: ConnectorValues[];
}

interface StationCreateProps {
  isOpen: boolean;
  onClose: () => void;
  siteId?: string;
}

/** Enter a station before it connects for the first time, with a password made for it. */
export function StationCreate({ isOpen, onClose, siteId }: StationCreateProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sites = useSiteOptions();
  const create = useCreateStation();
  const tell = useTell();
  const showSecret = useShowSecret();

  async function save({ wants_password: wantsPassword, connectors, ...values }: Values): Promise<void> {
    const { station, password } = await create.mutateAsync({
      wantsPassword,
      body: {
        name: '',
        note: '',
        registration: 'accepted',
        ...values,
        connectors: connectors.map(({ max_power_kw: powerKw, ...connector }) => ({
          ...connector,
          max_power_w: toWatts(powerKw),
        })),
      },
    });
    tell.done(t('station.told.created', { station: station.station_id }));
    await navigate({ to: '/stations/$stationId', params: { stationId: station.station_id } });
    if (password)
      showSecret({ title: t('station.passwordMade'), text: t('station.passwordMadeText'), secret: password });
  }

  return (
    <EditDrawer<Values>
      title={t('station.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="station-form"
      width={560}
      saveLabel={t('action.create')}
      initial={{
        wants_password: true,
        ...(siteId && { site_id: siteId }),
        connectors: [{ evse_id: 1, connector_id: 1, kind: 'type2', power_kind: 'ac3', max_power_kw: 22 }],
      }}
      save={save}
    >
      <Form.Item
        name="station_id"
        label={t('station.id')}
        extra={t('station.idHint')}
        rules={[
          { required: true, message: t('form.required') },
          { pattern: /^[^\s/]{1,48}$/, message: t('station.idRule') },
        ]}
      >
        <Input autoFocus maxLength={48} className="bc-code" data-testid="station-form-id" />
      </Form.Item>
      <Form.Item name="name" label={t('station.name')}>
        <Input maxLength={120} data-testid="station-form-name" />
      </Form.Item>
      <Form.Item name="site_id" label={t('station.site')}>
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={sites} data-testid="station-form-site" />
      </Form.Item>
      <ConnectorFields />
      <Form.Item
        name="wants_password"
        valuePropName="checked"
        extra={t('station.wantsPasswordHint')}
        style={{ marginTop: 16 }}
      >
        <Checkbox data-testid="station-form-password">{t('station.wantsPassword')}</Checkbox>
      </Form.Item>
    </EditDrawer>
  );
}
