import { expect, it } from 'vitest';
import { extentOf, type Piece } from './SiteDrawing';

const piece = (x: number, y: number): Piece => ({
  kind: 'bay',
  x,
  y,
  width: 3,
  height: 5,
  label: '',
  station_id: null,
  evse_id: null,
});

it('shows the part of the grid on which anything is drawn', () => {
  expect(extentOf([piece(2, 1), piece(8, 4)])).toEqual([20, 10, 90, 80]);
});
