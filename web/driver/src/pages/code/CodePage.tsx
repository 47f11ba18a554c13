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
import { canScan } from './scanner';

const CODE_MAX = 400;

/** From the label on a station to its page: by the camera where the browser can, else by typing. */
export function CodePage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  useTitle(t('code.title'));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [hasScanner, setHasScanner] = useState(false);
  const [isScanning, setIsScanning] = useState(false);
  const [code, setCode] = useState('');
  useEffect(() => {
    void canScan().then(setHasScanner);
  }, []);

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

  return (
    <div className="bd-code">
      <h1>{t('code.title')}</h1>
      {isScanning ? (
        <Camera
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
          problem={find.isError ? tellProblem(find.error) : undefined}
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
