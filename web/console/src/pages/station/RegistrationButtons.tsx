import type { Schemas } from '@busbar/client';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { keptRegistration, useSetRegistration } from '../../queries/stations';

/** Accept or block a station that waits for a decision. */
export function RegistrationButtons({
  station,
  size = 'small',
}: {
  station: Pick<Schemas['Station'], 'station_id' | 'name' | 'registration'>;
  size?: 'small' | 'middle';
}) {
  const { t } = useTranslation();
  const tell = useTell();
  const set = useSetRegistration(station.station_id);
  const told = useTellKept(keptRegistration);
  const name = station.name || station.station_id;
  const decide = (registration: 'accepted' | 'blocked') =>
    // A station that was decided on leaves the list, and these buttons with it.
    void set
      .mutateAsync(registration)
      .then((left) => told.changed(t(`station.told.${registration}`, { station: name }), station, left), tell.problem);
  return (
    <>
      {station.registration !== 'accepted' && (
        <Button
          size={size}
          type="primary"
          loading={set.isPending && set.variables === 'accepted'}
          data-testid={`station-accept-${station.station_id}`}
          onClick={() => decide('accepted')}
        >
          {t('station.accept')}
        </Button>
      )}
      {station.registration === 'pending' && (
        <Button
          size={size}
          loading={set.isPending && set.variables === 'blocked'}
          data-testid={`station-block-${station.station_id}`}
          onClick={() => decide('blocked')}
        >
          {t('station.block')}
        </Button>
      )}
    </>
  );
}
