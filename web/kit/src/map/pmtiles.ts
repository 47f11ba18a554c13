/**
 * Reads tiles of a PMTiles archive, version 3, by ranges of bytes: the head and the root directory once, directories
 * of leaves as they are needed, and each tile by itself. Source: the PMTiles specification, version 3.
 */

/** Reads `length` bytes at `offset`. */
export type ReadRange = (offset: number, length: number, signal?: AbortSignal) => Promise<ArrayBuffer>;

interface Entry {
  tileId: number;
  offset: number;
  length: number;
  /** Tiles in a row that are the same; 0 leads to a directory of leaves. */
  runLength: number;
}

interface Header {
  rootOffset: number;
  rootLength: number;
  leavesOffset: number;
  tilesOffset: number;
  internalCompression: number;
  tileCompression: number;
}

const HEADER_BYTES = 127;
const VERSION = 3;
const NOT_COMPRESSED = 1;
const GZIP = 2;
/** A directory leads to a directory at most so often. */
const DEPTH_MOST = 3;
const DIRECTORIES_MOST = 64;
const ENTRIES_MOST = 500_000;
const ZOOM_MOST = 26;

function readHeader(bytes: ArrayBuffer): Header {
  const view = new DataView(bytes);
  const magic = new TextDecoder().decode(bytes.slice(0, 7));
  if (bytes.byteLength < HEADER_BYTES || magic !== 'PMTiles' || view.getUint8(7) !== VERSION)
    throw new Error('This is no PMTiles archive of version 3.');
  const long = (at: number) => Number(view.getBigUint64(at, true));
  return {
    rootOffset: long(8),
    rootLength: long(16),
    leavesOffset: long(40),
    tilesOffset: long(56),
    internalCompression: view.getUint8(97),
    tileCompression: view.getUint8(98),
  };
}

async function decompress(bytes: ArrayBuffer, compression: number): Promise<ArrayBuffer> {
  if (compression === NOT_COMPRESSED || compression === 0) return bytes;
  if (compression !== GZIP) throw new Error('Of the compressions of PMTiles only gzip is read.');
  return new Response(new Response(bytes).body?.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** Whole numbers of seven bits a byte, the lowest first. */
function* varints(bytes: Uint8Array): Generator<number, void> {
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte & 0x80) continue;
    yield value;
    value = 0;
    scale = 1;
  }
}

function readDirectory(bytes: ArrayBuffer): Entry[] {
  const numbers = varints(new Uint8Array(bytes));
  const next = () => numbers.next().value ?? 0;
  const count = next();
  if (count > ENTRIES_MOST) throw new Error('A directory of this archive is too long.');
  const entries: Entry[] = Array.from({ length: count }, () => ({ tileId: 0, offset: 0, length: 0, runLength: 0 }));
  let id = 0;
  for (const entry of entries) {
    id += next();
    entry.tileId = id;
  }
  for (const entry of entries) entry.runLength = next();
  for (const entry of entries) entry.length = next();
  let end = 0;
  for (const entry of entries) {
    const offset = next();
    entry.offset = offset === 0 ? end : offset - 1; // 0: right behind the one before
    end = entry.offset + entry.length;
  }
  return entries;
}

/** The last entry that begins at or before a tile. */
function find(entries: readonly Entry[], tileId: number): Entry | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.tileId ?? 0) <= tileId) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/** Where a tile stands on the curve of Hilbert through all tiles of all zooms. */
export function tileIdOf(zoom: number, x: number, y: number): number {
  if (zoom > ZOOM_MOST) throw new Error('There are no tiles so near.');
  let id = (4 ** zoom - 1) / 3;
  let [column, row] = [x, y];
  for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
    const isEast = (column & side) > 0 ? 1 : 0;
    const isSouth = (row & side) > 0 ? 1 : 0;
    id += side * side * ((3 * isEast) ^ isSouth);
    if (isSouth === 0) {
      if (isEast === 1) [column, row] = [side - 1 - (column & (side - 1)), side - 1 - (row & (side - 1))];
      [column, row] = [row, column];
    }
  }
  return id;
}

export class TileArchive {
  #read: ReadRange;
  #header: Promise<Header> | null = null;
  #directories = new Map<number, Promise<Entry[]>>();

  constructor(read: ReadRange) {
    this.#read = read;
  }

  #readHead(): Promise<Header> {
    const head = this.#header ?? this.#read(0, HEADER_BYTES).then(readHeader);
    this.#header = head;
    head.catch(() => {
      this.#header = null; // asked anew by the next tile
    });
    return head;
  }

  #readEntries(header: Header, offset: number, length: number): Promise<Entry[]> {
    const known = this.#directories.get(offset);
    if (known) return known;
    const read = this.#read(offset, length)
      .then((bytes) => decompress(bytes, header.internalCompression))
      .then(readDirectory);
    read.catch(() => this.#directories.delete(offset));
    const oldest = this.#directories.keys().next().value;
    if (this.#directories.size >= DIRECTORIES_MOST && oldest !== undefined) this.#directories.delete(oldest);
    this.#directories.set(offset, read);
    return read;
  }

  /** A tile as it was before it was compressed; null where the archive has none. */
  async tile(zoom: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | null> {
    const header = await this.#readHead();
    const tileId = tileIdOf(zoom, x, y);
    let place = { offset: header.rootOffset, length: header.rootLength };
    for (let depth = 0; depth <= DEPTH_MOST; depth += 1) {
      const entry = find(await this.#readEntries(header, place.offset, place.length), tileId);
      if (!entry) return null;
      if (entry.runLength > 0) {
        if (tileId >= entry.tileId + entry.runLength) return null;
        const bytes = await this.#read(header.tilesOffset + entry.offset, entry.length, signal);
        return decompress(bytes, header.tileCompression);
      }
      place = { offset: header.leavesOffset + entry.offset, length: entry.length };
    }
    return null;
  }
}

/** Ranges of a file of a server. */
export function rangesOf(url: string): ReadRange {
  return async (offset, length, signal) => {
    const headers = { Range: `bytes=${offset}-${offset + length - 1}` };
    const answer = await fetch(url, { headers, ...(signal && { signal }) });
    if (answer.status === 206) return answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The map archive answered ${answer.status}.`);
    return (await answer.arrayBuffer()).slice(offset, offset + length); // a proxy on the way knows no ranges
  };
}
