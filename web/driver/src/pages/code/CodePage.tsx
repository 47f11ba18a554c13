import { ApiProblem } from '@busbar/kit';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { useProblemText } from '../../parts/useProblemText';
import { useTitle } from '../../parts/useTitle';
import { lookUpCode } from '../../queries/stations';
import { Camera } from './Camera';
import './code.css';
import { judgeCode } from './label';
import { hasCamera } from './scanner';

const CODE_MAX = 400;

/** Whether the camera was allowed here before: then nobody need press a button to see its picture. */
async function isCameraAllowed(): Promise<boolean> {
  const found = await navigator.permissions?.query({ name: 'camera' as PermissionName }).catch(() => undefined);
  return found?.state === 'granted';
}

/** From the label on a station to its page: by the camera, or by typing what stands below the code. */
export function CodePage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  useTitle(t('code.title'));
  const client = useQueryClient();
  const navigate = useNavigate();
  const hasScanner = hasCamera();
  const [isScanning, setIsScanning] = useState(false);
  const [code, setCode] = useState('');
  useEffect(() => {
    let isGone = false;
    if (hasScanner) void isCameraAllowed().then((isAllowed) => isAllowed && !isGone && setIsScanning(true));
    return () => {
      isGone = true;
    };
  }, [hasScanner]);

  const find = useMutation({
    mutationFn: (given: string) => lookUpCode(given.trim()),
    onSuccess: (station) => {
      const stationId = station.station_id;
      client.setQueryData(['station', stationId], station);
      if (station.chosen_evse_id === null) void navigate({ to: '/s/$stationId', params: { stationId } });
      else
        void navigate({
          to: '/s/$stationId/$evseId',
          params: { stationId, evseId: String(station.chosen_evse_id) },
        });
    },
  });

  function tellRefusal(error: unknown): string {
    if (!(error instanceof ApiProblem) || error.status !== 404) return tellProblem(error);
    const strange = judgeCode(find.variables ?? code, window.location.host);
    if (strange.kind === 'foreign') return t('code.foreign', { host: strange.host });
    return strange.kind === 'nothing' ? t('code.nothing') : tellProblem(error);
  }

  return (
    <div className="bd-code">
      <h1>{t('code.title')}</h1>
      {isScanning ? (
        <Camera
          onClose={() => setIsScanning(false)}
          onCode={(seen) => {
            setIsScanning(false);
            setCode(seen);
            find.mutate(seen);
          }}
        />
      ) : (
        <div className="bd-label-sketch" aria-hidden="true">
          <Icon name="scan" size={72} />
        </div>
      )}
      <p className="bd-lead">{hasScanner ? t('code.scanText') : t('code.typeText')}</p>
      {hasScanner && !isScanning && (
        <Button
          block
          color="primary"
          size="large"
          className="bd-main-button"
          data-testid="scan"
          onClick={() => {
            find.reset();
            setIsScanning(true);
          }}
        >
          {t('code.scan')}
        </Button>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) find.mutate(code);
        }}
      >
        <Field
          label={t('code.field')}
          name="code"
          value={code}
          onChange={(typed) => {
            find.reset();
            setCode(typed);
          }}
          autoComplete="off"
          autoCapitalize="none"
          maxLength={CODE_MAX}
          hint={t('code.hint')}
          problem={find.isError ? tellRefusal(find.error) : undefined}
          testId="code"
        />
        <Button
          block
          type="submit"
          {...(!hasScanner && { color: 'primary' as const })}
          size="large"
          className="bd-main-button"
          disabled={!code.trim()}
          loading={find.isPending}
          loadingText={t('code.finding')}
          data-testid="code-submit"
        >
          {t('code.find')}
        </Button>
      </form>
    </div>
  );
}
