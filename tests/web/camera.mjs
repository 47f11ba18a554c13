/** A camera for the browser: what it sees is a QR label, drawn as a film of one picture that Chromium takes for its camera. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser } from './browser.mjs';
import { ROOT } from './product.mjs';
import { within } from './wait.mjs';

const WIDTH = 640;
const HEIGHT = 480;
const GREY = 128;

/** A QR label as somebody else prints it. */
export async function drawLabel(text) {
  const require = createRequire(join(ROOT, 'web', 'package.json'));
  const { prepareZXingModule, writeBarcode } = require('zxing-wasm/writer');
  prepareZXingModule({
    overrides: { wasmBinary: readFileSync(require.resolve('zxing-wasm/writer/zxing_writer.wasm')) },
  });
  return (await writeBarcode(text, { format: 'QRCode', scale: 8 })).svg;
}

/** Runs in a page: what a camera sees of a label that is held a little aslant, as brightness of each point. */
async function look({ svg, width, height }) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const brush = canvas.getContext('2d');
  brush.fillStyle = '#8a8580';
  brush.fillRect(0, 0, width, height);
  brush.translate(width / 2, height / 2);
  brush.rotate(0.12);
  brush.filter = 'blur(0.8px)';
  const side = height * 0.62;
  brush.fillStyle = '#f4f2ee';
  brush.fillRect(-side / 2 - 24, -side / 2 - 24, side + 48, side + 48);
  brush.drawImage(picture, -side / 2, -side / 2, side, side);
  const { data } = brush.getImageData(0, 0, width, height);
  let bytes = '';
  for (let at = 0; at < data.length; at += 4)
    bytes += String.fromCharCode(Math.round(data[at] * 0.299 + data[at + 1] * 0.587 + data[at + 2] * 0.114));
  return btoa(bytes);
}

/** A browser with a camera; `show(svg)` says what it sees from the next opening on. */
export class CameraBrowser {
  #directory = mkdtempSync(join(tmpdir(), 'busbar-camera-'));

  static async start() {
    const made = new CameraBrowser();
    made.#write(Buffer.alloc(WIDTH * HEIGHT, GREY));
    made.browser = await startBrowser([
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${made.#film}`,
    ]);
    return made;
  }

  get #film() {
    return join(this.#directory, 'label.y4m');
  }

  #write(brightness) {
    const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY);
    const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`);
    const frame = Buffer.concat([Buffer.from('FRAME\n'), brightness, colour]);
    writeFileSync(this.#film, Buffer.concat([head, frame, frame]));
  }

  /** Hold a label before the camera: the SVG of the product's own labels. */
  async show(svg) {
    const photograph = async () => {
      const page = await this.browser.newPage();
      const brightness = await page.evaluate(look, { svg, width: WIDTH, height: HEIGHT });
      await page.close();
      return brightness;
    };
    this.#write(Buffer.from(await within('drawing the label', photograph()), 'base64'));
  }

  async close() {
    await this.browser.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
