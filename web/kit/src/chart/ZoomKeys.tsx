import { useTranslation } from 'react-i18next';
import type { engine } from './engine';
import { type Move, moveWindow, type Window } from './zoom';

type Chart = ReturnType<typeof engine.init>;

const moves: readonly (readonly [move: Move, sign: string])[] = [
  ['back', '←'],
  ['on', '→'],
  ['in', '+'],
  ['out', '−'],
  ['all', '↔'],
];

const keys: Record<string, Move> = {
  ArrowLeft: 'back',
  ArrowRight: 'on',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'all',
};

function readWindow(chart: Chart): Window {
  const [zoom] = (chart.getOption() as { dataZoom?: Partial<Window>[] }).dataZoom ?? [];
  return { start: zoom?.start ?? 0, end: zoom?.end ?? 100 };
}

/** The way through a chart without a wheel: buttons, and on them arrows, plus, minus and zero. */
export function ZoomKeys({ chart }: { chart: Chart }) {
  const { t } = useTranslation('kit');
  const go = (move: Move) => chart.dispatchAction({ type: 'dataZoom', ...moveWindow(readWindow(chart), move) });
  return (
    <div className="bb-chart-keys" role="toolbar" aria-label={t('chart.keys')}>
      {moves.map(([move, sign]) => (
        <button
          key={move}
          type="button"
          title={t(`chart.${move}`)}
          aria-label={t(`chart.${move}`)}
          onClick={() => go(move)}
          onKeyDown={(event) => {
            const wanted = keys[event.key];
            if (!wanted || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            go(wanted);
          }}
        >
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
    </div>
  );
}
