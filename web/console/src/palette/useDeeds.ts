import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAsk } from '../parts/useAsk';
import { useTell } from '../parts/useTell';
import { useTellKept } from '../parts/useTellKept';
import { keptDriverStatus, readDriver, useSetDriverBlocked } from '../queries/access';
import { useCloseSession, useStopSession } from '../queries/sessions';
import { keptRegistration, readStation, useRegister } from '../queries/stations';
import type { Deeds } from './entries';

/** What the palette does itself; what disturbs somebody is asked about before. */
export function useDeeds(): Deeds {
  const { t } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const { mutateAsync: register } = useRegister();
  const { mutateAsync: stop } = useStopSession();
  const { mutateAsync: close } = useCloseSession();
  const { mutateAsync: setBlocked } = useSetDriverBlocked();
  const toldStation = useTellKept(keptRegistration);
  const toldDriver = useTellKept(keptDriverStatus);
  return useMemo(() => {
    const decide = async (stationId: string, registration: 'accepted' | 'blocked') => {
      const was = await readStation(stationId);
      const left = await register({ stationId, registration });
      toldStation.changed(t(`station.told.${registration}`, { station: was.name || stationId }), was, left);
    };
    const turn = async (driverId: string, isBlocked: boolean) => {
      const was = await readDriver(driverId);
      const left = await setBlocked({ driverId, isBlocked });
      const name = was.display_name;
      toldDriver.changed(isBlocked ? t('undo.blocked', { name }) : t('undo.unblocked', { name }), was, left);
    };
    return {
      accept: (stationId) => void decide(stationId, 'accepted').catch(tell.problem),
      block: (stationId) =>
        ask({
          title: t('palette.station.blockAsk', { station: stationId }),
          yes: t('palette.station.block'),
          deed: () => decide(stationId, 'blocked'),
        }),
      stop: (sessionId) =>
        ask({
          title: t('session.stopAsk'),
          yes: t('session.stop'),
          deed: () => stop(sessionId),
          done: t('session.told.stopAsked'),
        }),
      close: (sessionId) =>
        ask({
          title: t('session.closeAsk'),
          text: t('session.closeText'),
          yes: t('session.close'),
          deed: () => close(sessionId),
          done: t('palette.done'),
        }),
      blockDriver: (driverId) =>
        ask({
          title: t('palette.driver.blockAsk'),
          yes: t('driver.block'),
          deed: () => turn(driverId, true),
        }),
      unblockDriver: (driverId) => void turn(driverId, false).catch(tell.problem),
    };
  }, [t, tell, ask, register, stop, close, setBlocked, toldStation, toldDriver]);
}
