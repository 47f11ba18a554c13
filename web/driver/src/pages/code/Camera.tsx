import { Glyph } from '@busbar/kit';
import Button from 'antd-mobile/es/components/button';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import { type CameraProblem, useCamera } from './useCamera';

/** In the place of the picture: why there is none, what can be done, and that typing works all the same. */
function Trouble({ problem, onRetry }: { problem: CameraProblem; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="bb-notice bd-camera-trouble" data-kind="failed" role="alert" data-testid="camera-problem">
      <Glyph shape="triangle" />
      <h2>{t(`code.camera.${problem}.title`)}</h2>
      <p>{t(`code.camera.${problem}.text`)}</p>
      <Button size="large" onClick={onRetry} data-testid="camera-retry">
        {t('action.retry')}
      </Button>
    </div>
  );
}

/** The camera, until it has seen a QR code. */
export function Camera({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const { state, retry, torch } = useCamera(video, onCode);
  const problem = state.kind === 'problem' ? state.problem : null;
  return (
    <div data-testid="camera" data-state={problem ?? state.kind}>
      {problem && <Trouble problem={problem} onRetry={retry} />}
      <div className="bd-camera" hidden={problem !== null}>
        {/* The picture of the camera has no sound and nothing to read. */}
        <video ref={video} muted playsInline aria-label={t('code.camera.label')} />
        <i aria-hidden="true" />
        <p role="status">{t(state.kind === 'looking' ? 'code.camera.looking' : 'code.camera.opening')}</p>
        <div className="bd-camera-keys">
          {torch && (
            <button
              type="button"
              className="bd-round"
              aria-pressed={torch.isLit}
              aria-label={t('code.camera.torch')}
              onClick={torch.toggle}
              data-testid="torch"
            >
              <Icon name="torch" />
            </button>
          )}
          <button
            type="button"
            className="bd-round"
            aria-label={t('code.camera.close')}
            onClick={onClose}
            data-testid="camera-close"
          >
            <Icon name="close" />
          </button>
        </div>
      </div>
    </div>
  );
}
