import { expect, it } from 'vitest';
import { palettes } from '../tokens';
import { baseOf, fromMap, type MapSource, OFFLINE, toMap } from './source';
import { mapStyle } from './style';

const amap: MapSource = {
  kind: 'raster',
  layers: [['https://tiles.example.org/{z}/{x}/{y}.png']],
  attribution: '© Example',
  is_shifted: true,
  zoom_max: 18,
};
const archive: MapSource = { ...amap, kind: 'archive_vector', layers: [['/map/basemap.pmtiles']], is_shifted: false };

it('asks no host by default', () => {
  const style = mapStyle(palettes.light, false, OFFLINE);
  expect(JSON.stringify(style)).not.toMatch(/https?:/);
  expect(style.layers.map(({ id }) => id)).toEqual(['ground', 'land', 'graticule', 'places']);
});

it('draws pictures, or the layers of an archive, in the place of our outlines', () => {
  const pictures = mapStyle(palettes.light, false, amap);
  expect(pictures.layers.map(({ id }) => id)).toEqual(['ground', 'base-0', 'places']);
  const vector = baseOf(archive, palettes.dark, true);
  expect(vector.sources['base-0']).toMatchObject({ type: 'vector', maxzoom: 18 });
  expect(JSON.stringify(vector.sources)).toContain('busbar-archive:///map/basemap.pmtiles/{z}/{x}/{y}');
  expect(vector.layers.map(({ id }) => id)).toContain('base-roads');
});

it('shifts positions only on a map that is shifted, and back', () => {
  const shanghai = { latitude: 31.1774276, longitude: 121.5272106 };
  expect(toMap(archive, shanghai)).toEqual(shanghai);
  const there = toMap(amap, shanghai);
  expect(there.longitude).not.toBeCloseTo(shanghai.longitude, 4);
  expect(fromMap(amap, there).longitude).toBeCloseTo(shanghai.longitude, 8);
});
