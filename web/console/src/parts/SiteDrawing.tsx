import type { Schemas } from '@busbar/client';
import { lookOf, type Tone, useFormat } from '@busbar/kit';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { stateOfStation } from '../pages/station/StationStatus';
import type { SiteBusbar } from '../queries/busbars';
import './siteDrawing.css';

export type Piece = Schemas['LayoutPiece'];
type Feeder = SiteBusbar['feeders'][number];

/** Lengths of the drawing: one cell is ten. */
export const CELL = 10;

interface Standing {
  kind: 'registration' | 'connector';
  state: string;
  powerW: number;
  name: string;
}

/** What goes on at a piece: at its station, or at the EVSE that serves the bay. */
export function standingOf(piece: Piece, feeders: ReadonlyMap<string, Feeder>): Standing | null {
  const feeder = piece.station_id === null ? undefined : feeders.get(piece.station_id);
  if (!feeder) return null;
  const evses = feeder.evses.filter(({ evse_id: evseId }) => piece.evse_id === null || piece.evse_id === evseId);
  const standing = stateOfStation(piece.kind === 'bay' ? { ...feeder, evses } : feeder);
  const powerW = evses.reduce((sum, { power_w: power }) => sum + power, 0);
  return { ...standing, powerW, name: feeder.name || feeder.station_id };
}

/** One rectangle with its word; a bay is open at the lane, a station is a small pillar. */
export function PieceShape({ piece, tone, words }: { piece: Piece; tone: Tone | 'none'; words?: string }) {
  const width = piece.width * CELL;
  const height = piece.height * CELL;
  const isTall = height > width * 1.6;
  return (
    <g className="bc-piece" data-kind={piece.kind} data-tone={tone}>
      <rect x={0.6} y={0.6} width={width - 1.2} height={height - 1.2} rx={piece.kind === 'station' ? 2.4 : 1.2} />
      {piece.label && (
        <text x={width / 2} y={isTall ? height * 0.4 : height / 2} className="bc-piece-label">
          {piece.label}
        </text>
      )}
      {words && (
        <text x={width / 2} y={isTall ? height * 0.62 : height - 2} className="bc-piece-words">
          {words}
        </text>
      )}
    </g>
  );
}

/** The part of the grid on which anything is drawn: left, top, width, height. */
export function extentOf(pieces: readonly Piece[]): [number, number, number, number] {
  const left = Math.min(...pieces.map(({ x }) => x));
  const top = Math.min(...pieces.map(({ y }) => y));
  const right = Math.max(...pieces.map(({ x, width }) => x + width));
  const bottom = Math.max(...pieces.map(({ y, height }) => y + height));
  return [left * CELL, top * CELL, (right - left) * CELL, (bottom - top) * CELL];
}

interface SiteDrawingProps {
  layout: Schemas['SiteLayout'];
  busbar: SiteBusbar | undefined;
  label: string;
  /** Where a press on a piece of a station leads; left out, the drawing is only looked at. */
  linkOf?: (stationId: string, children: ReactNode, words: string) => ReactNode;
}

/** A site as it lies there, from above: each bay and station in its state, live. */
export function SiteDrawing({ layout, busbar, label, linkOf }: SiteDrawingProps) {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const feeders = new Map(busbar?.feeders.map((feeder) => [feeder.station_id, feeder]));
  return (
    <svg
      className="bc-drawing"
      viewBox={extentOf(layout.pieces).join(' ')}
      role={linkOf ? 'group' : 'img'}
      aria-label={label}
      data-testid="site-drawing"
    >
      {layout.pieces.map((piece, order) => {
        const standing = standingOf(piece, feeders);
        const tone = standing ? lookOf(standing.kind, standing.state).tone : 'none';
        const power = standing && standing.powerW > 0 && piece.kind === 'bay' ? format.power(standing.powerW) : '';
        const state = standing ? t(`kit:mark.${standing.kind}.${standing.state}`) : '';
        const words = [piece.label, standing?.name, state, power].filter(Boolean).join(', ');
        const shape = <PieceShape piece={piece} tone={tone} words={power} />;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the drawing
          <g key={order} transform={`translate(${piece.x * CELL} ${piece.y * CELL})`}>
            {standing && <title>{words}</title>}
            {piece.station_id && linkOf ? linkOf(piece.station_id, shape, words) : shape}
          </g>
        );
      })}
    </svg>
  );
}
