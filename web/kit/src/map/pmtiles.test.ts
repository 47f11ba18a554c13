import { describe, expect, it } from 'vitest';
import { TileArchive, tileIdOf } from './pmtiles';

function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

interface Row {
  id: number;
  offset: number;
  length: number;
  run: number;
}

function directory(rows: Row[]): number[] {
  let before = 0;
  const ids = rows.map(({ id }) => {
    const step = id - before;
    before = id;
    return step;
  });
  return [rows.length, ...ids, ...rows.map(({ run }) => run), ...rows.map(({ length }) => length)]
    .flatMap(varint)
    .concat(rows.flatMap(({ offset }) => varint(offset + 1)));
}

async function gzip(bytes: number[]): Promise<Uint8Array> {
  const stream = new Response(new Uint8Array(bytes)).body?.pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** An archive with a root, one directory of leaves below it, and two tiles, the first of which stands for three. */
async function makeArchive() {
  const tiles = await Promise.all([gzip([1, 1, 1]), gzip([2, 2])]);
  const [first, second] = [tiles[0]?.length ?? 0, tiles[1]?.length ?? 0];
  const leaf = await gzip(
    directory([
      { id: 1, offset: 0, length: first, run: 3 },
      { id: 300, offset: first, length: second, run: 1 },
    ]),
  );
  const root = await gzip(directory([{ id: 1, offset: 0, length: leaf.length, run: 0 }]));
  const head = new DataView(new ArrayBuffer(127));
  new TextEncoder().encode('PMTiles').forEach((byte, at) => {
    head.setUint8(at, byte);
  });
  head.setUint8(7, 3);
  const long = (at: number, value: number) => head.setBigUint64(at, BigInt(value), true);
  long(8, 127);
  long(16, root.length);
  long(40, 127 + root.length);
  long(48, leaf.length);
  long(56, 127 + root.length + leaf.length);
  for (const [at, value] of [
    [97, 2],
    [98, 2],
    [99, 1],
  ] as const)
    head.setUint8(at, value);
  return new Uint8Array([...new Uint8Array(head.buffer), ...root, ...leaf, ...tiles.flatMap((tile) => [...tile])]);
}

describe('an archive of tiles', () => {
  it('orders tiles along the curve, as the specification has it', () => {
    expect([tileIdOf(0, 0, 0), tileIdOf(1, 0, 0), tileIdOf(1, 0, 1), tileIdOf(1, 1, 1), tileIdOf(1, 1, 0)]).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(tileIdOf(12, 3423, 1763)).toBe(19_078_479);
    const all = new Set(Array.from({ length: 64 }, (_, at) => tileIdOf(3, at % 8, Math.floor(at / 8))));
    expect([Math.min(...all), Math.max(...all), all.size]).toEqual([21, 84, 64]);
  });

  it('finds a tile through its directories, one that stands for several, and none', async () => {
    const bytes = await makeArchive();
    const asked: [number, number][] = [];
    const archive = new TileArchive(async (offset, length) => {
      asked.push([offset, length]);
      return bytes.slice(offset, offset + length).buffer;
    });
    const read = async (zoom: number, x: number, y: number) => {
      const tile = await archive.tile(zoom, x, y);
      return tile && [...new Uint8Array(tile)];
    };
    expect(await read(1, 0, 0)).toEqual([1, 1, 1]);
    expect(await read(1, 1, 1)).toEqual([1, 1, 1]);
    expect(await read(1, 1, 0)).toBeNull();
    expect(await read(0, 0, 0)).toBeNull();
    expect(asked.slice(0, 3).map(([offset]) => offset)[0]).toBe(0);
    expect(asked.length).toBe(5); // the head, two directories, two tiles: directories are read once
  });

  it('refuses what is no archive, and asks again for a head that did not come', async () => {
    let count = 0;
    const archive = new TileArchive(async () => {
      count += 1;
      return new ArrayBuffer(127);
    });
    await expect(archive.tile(0, 0, 0)).rejects.toThrow('no PMTiles');
    await expect(archive.tile(0, 0, 0)).rejects.toThrow('no PMTiles');
    expect(count).toBe(2);
  });
});
