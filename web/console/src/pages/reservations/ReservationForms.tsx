import type { Schemas } from '@busbar/client';
import { Form, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useDriverOptions } from '../../queries/access';
import { keptRules, useReserve, useSetReservationRules } from '../../queries/reservations';
import { useStationOptions } from '../../queries/stations';

/** As in the house: `domain/reservations/model.py`. */
const MINUTES = { min: 5, max: 1440 } as const;
const HELD_MAX = 20;

interface FormProps {
  isOpen: boolean;
  onClose: () => void;
}

interface Wish {
  station_id: string;
  evse_id?: number | null;
  driver_id: string;
  duration_min: number;
}

/** Keep a place for a driver, whatever drivers themselves may. */
export function ReserveForm({ isOpen, onClose }: FormProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const reserve = useReserve();
  const [station, setStation] = useState('');
  const [driver, setDriver] = useState('');
  const stations = useStationOptions(station);
  const drivers = useDriverOptions(driver);
  const needed = [{ required: true, message: t('form.required') }];
  async function save({ evse_id: evseId, ...wish }: Wish): Promise<void> {
    await reserve.mutateAsync({ ...wish, ...(evseId && { evse_id: evseId }) });
    tell.done(t('reservation.asked'));
    onClose();
  }
  return (
    <EditDrawer<Wish>
      title={t('reservation.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="reservation-form"
      initial={{ duration_min: 30 }}
      saveLabel={t('reservation.create')}
      save={save}
    >
      <Form.Item name="station_id" label={t('reservation.station')} rules={needed}>
        <Select
          showSearch={{ onSearch: setStation, filterOption: false }}
          options={stations}
          data-testid="reservation-station"
        />
      </Form.Item>
      <Form.Item name="evse_id" label={t('reservation.evse')} extra={t('reservation.evseHint')}>
        <InputNumber min={1} max={1000} precision={0} />
      </Form.Item>
      <Form.Item name="driver_id" label={t('reservation.driver')} rules={needed}>
        <Select
          showSearch={{ onSearch: setDriver, filterOption: false }}
          options={drivers}
          data-testid="reservation-driver"
        />
      </Form.Item>
      <Form.Item name="duration_min" label={t('reservation.minutes')} rules={needed}>
        <InputNumber {...MINUTES} precision={0} />
      </Form.Item>
    </EditDrawer>
  );
}

/** What drivers may reserve in the app. */
export function RulesForm({ isOpen, onClose, rules }: FormProps & { rules: Schemas['ReservationRules'] }) {
  const { t } = useTranslation();
  const set = useSetReservationRules();
  const told = useTellKept(keptRules);
  const needed = [{ required: true, message: t('form.required') }];
  async function save(values: Schemas['ReservationRulesBody']): Promise<void> {
    const left = await set.mutateAsync(values);
    told.changed(t('reservation.rulesSaved'), rules, left);
    onClose();
  }
  return (
    <EditDrawer<Schemas['ReservationRulesBody']>
      title={t('reservation.rules')}
      isOpen={isOpen}
      onClose={onClose}
      testId="reservation-rules-form"
      initial={rules}
      save={save}
    >
      <Form.Item name="is_allowed" label={t('reservation.allowed')} valuePropName="checked">
        <Switch data-testid="reservation-allowed" />
      </Form.Item>
      <Form.Item name="minutes_max" label={t('reservation.minutesMax')} rules={needed}>
        <InputNumber {...MINUTES} precision={0} />
      </Form.Item>
      <Form.Item name="per_driver_max" label={t('reservation.perDriver')} rules={needed}>
        <InputNumber min={1} max={HELD_MAX} precision={0} />
      </Form.Item>
    </EditDrawer>
  );
}
