import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { findCode, openReader } from './scanner';

/** Why there is no picture, in the cases that a person can do something about. */
export type CameraProblem = 'denied' | 'absent' | 'busy' | 'unready' | 'failed';

export type CameraState = { kind: 'opening' } | { kind: 'looking' } | { kind: 'problem'; problem: CameraProblem };

const problems: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'absent',
  OverconstrainedError: 'absent',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** What a browser means by refusing the camera. */
export function nameProblem(error: unknown): CameraProblem {
  return (error instanceof DOMException && problems[error.name]) || 'failed';
}

/** Whether the lamp beside the camera can be lit; TypeScript does not know it. */
function hasTorch(track: MediaStreamTrack): boolean {
  const found: object = track.getCapabilities?.() ?? {};
  return Reflect.get(found, 'torch') === true;
}

function lightTorch(track: MediaStreamTrack, isLit: boolean): Promise<void> {
  return track.applyConstraints({ advanced: [{ torch: isLit } as MediaTrackConstraintSet] });
}

function onVisibility(tell: () => void): () => void {
  document.addEventListener('visibilitychange', tell);
  return () => document.removeEventListener('visibilitychange', tell);
}

interface Torch {
  isLit: boolean;
  toggle: () => void;
}

/** Show the camera in `video` until a QR code was seen. While the page is out of sight the camera rests. */
export function useCamera(video: RefObject<HTMLVideoElement | null>, onCode: (code: string) => void) {
  const [state, setState] = useState<CameraState>({ kind: 'opening' });
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [isLit, setIsLit] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const tell = useRef(onCode);
  useEffect(() => {
    tell.current = onCode;
  });
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const isSeen = useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt opens the camera anew
  useEffect(() => {
    if (!isSeen) return;
    const search = new AbortController();
    let stream: MediaStream | null = null;
    const stop = () => {
      for (const each of stream?.getTracks() ?? []) each.stop();
    };
    const fail = (problem: CameraProblem) => {
      stop();
      if (!search.signal.aborted) setState({ kind: 'problem', problem });
    };
    async function look() {
      setState({ kind: 'opening' });
      const reading = openReader().catch(() => null); // fetched while the person is asked
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
        });
        const [shown] = stream.getVideoTracks();
        if (search.signal.aborted || !video.current || !shown) return stop();
        shown.addEventListener('ended', () => fail('busy')); // taken away by the system or another app
        video.current.srcObject = stream;
        await video.current.play();
        const read = await reading;
        if (!read) return fail('unready');
        setTrack(hasTorch(shown) ? shown : null);
        setState({ kind: 'looking' });
        const code = await findCode(read, video.current, search.signal);
        if (code) tell.current(code);
      } catch (error) {
        fail(nameProblem(error));
      }
    }
    void look();
    return () => {
      search.abort();
      stop();
      setTrack(null);
      setIsLit(false);
    };
  }, [attempt, isSeen, video]);

  const isDenied = state.kind === 'problem' && state.problem === 'denied';
  useEffect(() => {
    if (!isDenied) return;
    let permission: PermissionStatus | null = null;
    let isOver = false;
    // Whoever allows the camera after all in the browser's settings need not press anything here.
    navigator.permissions?.query({ name: 'camera' as PermissionName }).then(
      (found) => {
        if (isOver) return;
        permission = found;
        found.onchange = () => found.state !== 'denied' && retry();
      },
      () => undefined, // a browser that does not tell
    );
    return () => {
      isOver = true;
      if (permission) permission.onchange = null;
    };
  }, [isDenied, retry]);

  const torch: Torch | null = track && {
    isLit,
    toggle: () =>
      void lightTorch(track, !isLit).then(
        () => setIsLit(!isLit),
        () => setTrack(null), // it says it has a lamp, and has none
      ),
  };
  return { state, retry, torch };
}
