/** Reads what a picture of the camera shows; null: no code to be seen. */
export type Reader = (source: HTMLVideoElement) => Promise<string | null>;

/** The part of the browser's own barcode reader that we use; TypeScript does not know it yet. */
interface NativeDetector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}

type NativeDetectorClass = {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats: () => Promise<string[]>;
};

async function openNative(): Promise<Reader | null> {
  const found = Reflect.get(globalThis, 'BarcodeDetector') as NativeDetectorClass | undefined;
  const formats = await found?.getSupportedFormats().catch(() => undefined);
  if (!found || !formats?.includes('qr_code')) return null;
  const detector = new found({ formats: ['qr_code'] });
  return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
}

/** The browser's own reader where it has one; else ours, which is fetched when the camera is first opened. */
export async function openReader(): Promise<Reader> {
  return (await openNative()) ?? (await import('./decoder')).openDecoder();
}

/** Whether this page can be given a camera at all: not without a secure address, nor in very old browsers. */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === 'function';
}

const LOOK_MILLIS = 120;

/** Look at the video until it shows a QR code; `signal` ends the search. */
export async function findCode(read: Reader, video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const code = video.readyState >= video.HAVE_CURRENT_DATA ? await read(video) : null;
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return null;
}
