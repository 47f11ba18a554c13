import type { TFunction } from 'i18next';
import type { Format } from '../format/useFormat';
import { isKnownState, lookOf } from '../state/marks';
import { type BusbarFeeder, type Density, fitText, measures, mostOf } from './drawing';
import { DrawnShape } from './FeederLine';

const MARK = 13;
const DOT_STEP = 17;

/** The word of a feeder's state in the reader's language. */
export function stateWord(t: TFunction<'kit'>, { kind, state }: Pick<BusbarFeeder, 'kind' | 'state'>): string {
  return isKnownState(kind, state) ? t(`mark.${kind}.${state}`) : state;
}

/** A feeder in one sentence, for those who do not see the drawing, and for its tooltip. */
export function describeFeeder(t: TFunction<'kit'>, format: Format, feeder: BusbarFeeder): string {
  const most = mostOf(feeder);
  const power =
    most > 0
      ? t('busbar.ofMost', { power: format.power(feeder.powerW), most: format.power(most) })
      : format.power(feeder.powerW);
  return `${feeder.name}: ${stateWord(t, feeder)}, ${power}`;
}

interface FeederStationProps {
  feeder: BusbarFeeder;
  density: Density;
  slot: number;
  t: TFunction<'kit'>;
  format: Format;
}

function Connectors({ feeder, x, y, room }: { feeder: BusbarFeeder; x: number; y: number; room: number }) {
  const shown = feeder.connectors.slice(0, Math.max(1, Math.floor(room / DOT_STEP)));
  return shown.map((connector, index) => (
    <DrawnShape
      key={connector.key}
      {...lookOf('connector', feeder.state === 'offline' ? 'offline' : connector.state)}
      x={x + index * DOT_STEP}
      y={y}
      size={MARK}
    />
  ));
}

/** What hangs at the end of a line: with room, all that matters of a station; with little, its shape. */
export function FeederStation({ feeder, density, slot, t, format }: FeederStationProps) {
  const { line: top, station: height } = measures[density];
  const inner = slot - 12;
  if (density === 'dense') return <DrawnShape {...lookOf(feeder.kind, feeder.state)} x={0} y={top + 9} size={14} />;
  if (density === 'compact')
    return (
      <>
        <DrawnShape {...lookOf(feeder.kind, feeder.state)} x={0} y={top + 9} size={15} />
        <text y={top + 31} textAnchor="middle" className="bb-busbar-power">
          {feeder.powerW > 0 ? format.power(feeder.powerW) : '–'}
        </text>
        <text y={top + 46} textAnchor="middle" className="bb-busbar-name">
          {fitText(feeder.name, slot - 6, 11)}
        </text>
      </>
    );
  const left = -inner / 2;
  const most = mostOf(feeder);
  return (
    <>
      <rect x={left} y={top} width={inner} height={height} rx={7} className="bb-busbar-station" />
      <text x={left + 11} y={top + 22} className="bb-busbar-title">
        {fitText(feeder.name, inner - 20, 13.5)}
      </text>
      <DrawnShape {...lookOf(feeder.kind, feeder.state)} x={left + 17} y={top + 38} size={MARK} />
      <text x={left + 28} y={top + 42.5} className="bb-busbar-word">
        {fitText(stateWord(t, feeder), inner - 40, 12.5)}
      </text>
      <text x={left + 11} y={top + 65} className="bb-busbar-figure" data-idle={feeder.powerW === 0 || undefined}>
        {format.power(feeder.powerW)}
      </text>
      {most > 0 && (
        <text x={-left - 11} y={top + 65} textAnchor="end" className="bb-busbar-most">
          {format.power(most)}
        </text>
      )}
      <Connectors feeder={feeder} x={left + 17} y={top + 79} room={inner - 20} />
    </>
  );
}
