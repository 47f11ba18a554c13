/** The part of the browser's own barcode reader that we use; TypeScript does not know it yet. */
interface NativeDetector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}

type NativeDetectorClass = {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats: () => Promise<string[]>;
};

function nativeClass(): NativeDetectorClass | null {
  return (Reflect.get(globalThis, 'BarcodeDetector') as NativeDetectorClass | undefined) ?? null;
}

/** Whether this browser reads QR codes from the camera by itself. */
export async function canScan(): Promise<boolean> {
  const found = nativeClass();
  if (!found || !navigator.mediaDevices?.getUserMedia) return false;
  return (await found.getSupportedFormats().catch((): string[] => [])).includes('qr_code');
}

const LOOK_MILLIS = 180;

/** Look at the video until it shows a QR code; `signal` ends the search. */
export async function findCode(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const found = nativeClass();
  if (!found) return null;
  const detector = new found({ formats: ['qr_code'] });
  while (!signal.aborted) {
    const [code] = video.readyState >= video.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
    if (code?.rawValue) return code.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return null;
}
