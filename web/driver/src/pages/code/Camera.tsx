import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findCode } from './scanner';

type CameraState = 'opening' | 'looking' | 'denied' | 'failed';

/** The camera, until it has seen a QR code. */
export function Camera({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>('opening');
  const tell = useRef(onCode);
  useEffect(() => {
    tell.current = onCode;
  });

  useEffect(() => {
    const search = new AbortController();
    let stream: MediaStream | null = null;
    async function look() {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
        if (search.signal.aborted || !video.current) return;
        video.current.srcObject = stream;
        await video.current.play();
        setState('looking');
        const code = await findCode(video.current, search.signal);
        if (code) tell.current(code);
      } catch (error) {
        if (search.signal.aborted) return;
        setState(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'failed');
      } finally {
        if (search.signal.aborted) stop();
      }
    }
    function stop() {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    void look();
    return () => {
      search.abort();
      stop();
    };
  }, []);

  if (state === 'denied' || state === 'failed')
    return (
      <p className="bd-note" role="alert" data-testid="camera-problem">
        {t(`code.camera.${state}`)}
      </p>
    );
  return (
    <div className="bd-camera" data-testid="camera">
      {/* The picture of the camera has no sound and nothing to read. */}
      <video ref={video} muted playsInline aria-label={t('code.camera.label')} />
      <i aria-hidden="true" />
      <p>{t('code.camera.looking')}</p>
    </div>
  );
}
