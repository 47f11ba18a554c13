/** The QR reader for browsers that have none: ZXing in WebAssembly, from our own server. A chunk of its own. */

import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { Reader } from './scanner';

/** As much of the picture as is looked at: enough for a label at arm's length, and quick on an old phone. */
const LOOK_PX = 720;

/** Fetch the reader and make it ready. */
export async function openDecoder(): Promise<Reader> {
  await prepareZXingModule({ overrides: { locateFile: () => wasmAddress }, fireImmediately: true });
  const canvas = document.createElement('canvas');
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  if (!brush) throw new Error('the browser gives no canvas to read the picture from');
  return async (video) => {
    const scale = Math.min(1, LOOK_PX / Math.max(1, video.videoWidth, video.videoHeight));
    canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
    canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = brush.getImageData(0, 0, canvas.width, canvas.height);
    const [found] = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 1 });
    return found?.text || null;
  };
}
