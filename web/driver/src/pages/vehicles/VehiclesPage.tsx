import type { Schemas } from '@busbar/client';
import { Empty, Loading, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connectorKinds } from '../../app/search';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { Field } from '../../parts/Field';
import { FormSheet } from '../../parts/FormSheet';
import { Icon } from '../../parts/Icon';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { removeVehicle, saveVehicle, vehiclesQuery } from '../../queries/companion';
import './vehicles.css';

type Vehicle = Schemas['OwnVehicle'];

const WH_PER_KWH = 1_000;
/** What the server takes for a battery. */
const BATTERY_MIN_KWH = 1;
const BATTERY_MAX_KWH = 1_000;

function VehicleForm({ vehicle, onClose }: { vehicle: Vehicle | null; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(vehicle?.name ?? '');
  const [plate, setPlate] = useState(vehicle?.plate ?? '');
  const [vin, setVin] = useState(vehicle?.vin ?? '');
  const [kind, setKind] = useState<Schemas['ConnectorKind'] | ''>(vehicle?.connector_kind ?? '');
  const [battery, setBattery] = useState(vehicle?.battery_wh ? String(vehicle.battery_wh / WH_PER_KWH) : '');
  const done = async () => {
    await client.invalidateQueries({ queryKey: vehiclesQuery.queryKey });
    onClose();
  };
  const save = useMutation({
    mutationFn: () =>
      saveVehicle(vehicle?.vehicle_id ?? null, {
        name,
        plate: plate || null,
        vin: vin || null,
        connector_kind: kind || null,
        battery_wh: battery ? Math.round(Number(battery.replace(',', '.')) * WH_PER_KWH) : null,
      }),
    onSuccess: done,
  });
  const [isRemoving, setRemoving] = useState(false);
  const remove = useMutation({ mutationFn: () => removeVehicle(vehicle?.vehicle_id ?? ''), onSuccess: done });
  if (vehicle && isRemoving)
    return (
      <FormSheet
        isOpen
        onClose={() => setRemoving(false)}
        title={t('vehicle.removeAsk', { name: vehicle.name })}
        action={t('vehicle.removeYes')}
        mutation={remove}
        isDangerous
        testId="vehicle-remove-sheet"
      >
        <p>{t('vehicle.removeText')}</p>
      </FormSheet>
    );
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={vehicle ? vehicle.name : t('vehicle.add')}
      action={t('action.save')}
      mutation={save}
      testId="vehicle-sheet"
    >
      <Field
        label={t('vehicle.name')}
        name="vehicle"
        value={name}
        onChange={setName}
        maxLength={100}
        required
        testId="vehicle-name"
      />
      <Field
        label={t('vehicle.plate')}
        name="plate"
        value={plate}
        onChange={setPlate}
        autoCapitalize="characters"
        maxLength={20}
        testId="vehicle-plate"
      />
      <Field
        label={t('vehicle.vin')}
        name="vin"
        value={vin}
        onChange={setVin}
        autoCapitalize="characters"
        maxLength={17}
        hint={t('vehicle.vinHint')}
        testId="vehicle-vin"
      />
      <label className="bd-select">
        {t('vehicle.connector')}
        <select
          value={kind}
          data-testid="vehicle-connector"
          onChange={({ target }) => setKind(connectorKinds.find((known) => known === target.value) ?? '')}
        >
          <option value="">{t('vehicle.unknown')}</option>
          {connectorKinds.map((known) => (
            <option key={known} value={known}>
              {t(`connector.${known}`)}
            </option>
          ))}
        </select>
      </label>
      <Field
        label={t('vehicle.battery')}
        name="battery"
        value={battery}
        onChange={setBattery}
        type="number"
        step="any"
        min={BATTERY_MIN_KWH}
        max={BATTERY_MAX_KWH}
        testId="vehicle-battery"
      />
      {vehicle && (
        <button
          type="button"
          className="bd-link bd-danger"
          data-testid="vehicle-remove"
          onClick={() => setRemoving(true)}
        >
          {t('vehicle.remove')}
        </button>
      )}
    </FormSheet>
  );
}

/** The driver's vehicles. */
export function VehiclesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isError, refetch } = useQuery(vehiclesQuery);
  const [open, setOpen] = useState<Vehicle | 'new' | null>(null);
  return (
    <>
      <PageHead title={t('vehicle.title')} />
      <main className="bd-page bd-page-action" data-testid="vehicles">
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={5} />)}
        {data?.items.length === 0 && <Empty title={t('vehicle.none')}>{t('vehicle.noneText')}</Empty>}
        {data && data.items.length > 0 && (
          <section className="bd-card bd-rows">
            {data.items.map((vehicle) => (
              <button
                key={vehicle.vehicle_id}
                type="button"
                className="bd-row bd-vehicle"
                data-testid="vehicle"
                onClick={() => setOpen(vehicle)}
              >
                {vehicle.connector_kind ? (
                  <ConnectorIcon kind={vehicle.connector_kind} size={28} />
                ) : (
                  <Icon name="car" />
                )}
                <span>
                  <strong>{vehicle.name}</strong>
                  <small>
                    {[
                      vehicle.plate,
                      vehicle.connector_kind && t(`connector.${vehicle.connector_kind}`),
                      vehicle.battery_wh && format.energy(vehicle.battery_wh),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </span>
                <Icon name="forward" size={20} />
              </button>
            ))}
          </section>
        )}
        <div className="bd-action">
          <Button
            block
            size="large"
            color="primary"
            className="bd-main-button"
            data-testid="vehicle-add"
            onClick={() => setOpen('new')}
          >
            {t('vehicle.add')}
          </Button>
        </div>
        {open !== null && <VehicleForm vehicle={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
      </main>
    </>
  );
}
