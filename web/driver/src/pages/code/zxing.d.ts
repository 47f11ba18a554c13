/** The part of the QR reader that we use. */
declare module 'zxing-wasm/reader' {
  export function prepareZXingModule(options: {
    overrides: { locateFile: (path: string, prefix: string) => string };
    fireImmediately: true;
  }): Promise<unknown>;

  export function readBarcodes(
    input: ImageData,
    options: { formats: 'QRCode'[]; maxNumberOfSymbols: number },
  ): Promise<{ text: string }[]>;
}
