import type { Schemas } from '@busbar/client';
import { Button, Dropdown, Input, InputNumber, Select } from 'antd';
import { type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CELL, PieceShape } from '../../parts/SiteDrawing';
import { useTell } from '../../parts/useTell';
import type { SiteBusbar } from '../../queries/busbars';
import { useSaveLayout } from '../../queries/layouts';
import { add, arrange, change, type Drawing, type Piece, remove, unplaced } from './layoutEdit';

const kinds = ['bay', 'building', 'lane', 'green'] as const;
const STEPS_MOST = 100;

/** What was drawn, and the way back and forth. */
function useSteps(first: Drawing) {
  const [steps, setSteps] = useState({ past: [] as Drawing[], now: first, future: [] as Drawing[] });
  return {
    drawing: steps.now,
    draw: (next: Drawing) =>
      setSteps(({ past, now }) => ({ past: [...past, now].slice(-STEPS_MOST), now: next, future: [] })),
    /** While a piece is dragged: no step of its own. */
    slide: (next: Drawing) => setSteps((all) => ({ ...all, now: next })),
    undo: steps.past.length
      ? () =>
          setSteps(({ past, now, future }) => ({
            past: past.slice(0, -1),
            now: past.at(-1) ?? now,
            future: [now, ...future],
          }))
      : null,
    redo: steps.future.length
      ? () =>
          setSteps(({ past, now, future }) => ({
            past: [...past, now],
            now: future[0] ?? now,
            future: future.slice(1),
          }))
      : null,
  };
}

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface FieldsProps {
  piece: Piece;
  feeders: SiteBusbar['feeders'];
  onChange: (changed: Partial<Piece>) => void;
  onRemove: () => void;
}

/** What a piece says and whom it belongs to. */
function Fields({ piece, feeders, onChange, onRemove }: FieldsProps) {
  const { t } = useTranslation();
  const evses = feeders.find(({ station_id: stationId }) => stationId === piece.station_id)?.evses ?? [];
  return (
    <div className="bc-drawing-fields" data-testid="layout-fields">
      <strong>{t(`layout.kind.${piece.kind}`)}</strong>
      <Input
        value={piece.label}
        maxLength={40}
        placeholder={t('layout.label')}
        aria-label={t('layout.label')}
        data-testid="layout-label"
        onChange={({ target }) => onChange({ label: target.value })}
      />
      {piece.kind === 'bay' && (
        <>
          <Select
            allowClear
            value={piece.station_id ?? undefined}
            placeholder={t('layout.station')}
            aria-label={t('layout.station')}
            options={feeders.map(({ station_id: value, name }) => ({ value, label: name || value }))}
            onChange={(stationId?: string) => onChange({ station_id: stationId ?? null, evse_id: null })}
          />
          <Select
            allowClear
            disabled={!piece.station_id}
            value={piece.evse_id ?? undefined}
            placeholder={t('layout.evse')}
            aria-label={t('layout.evse')}
            options={evses.map(({ evse_id: value }) => ({ value, label: `EVSE ${value}` }))}
            onChange={(evseId?: number) => onChange({ evse_id: evseId ?? null })}
          />
        </>
      )}
      <div className="bc-position">
        {(['width', 'height'] as const).map((side) => (
          <InputNumber
            key={side}
            min={1}
            max={120}
            value={piece[side]}
            prefix={t(`layout.${side}`)}
            aria-label={t(`layout.${side}`)}
            style={{ width: '100%' }}
            onChange={(value) => value && onChange({ [side]: value })}
          />
        ))}
      </div>
      <Button onClick={() => onChange({ width: piece.height, height: piece.width })}>{t('layout.turn')}</Button>
      <Button danger data-testid="layout-remove" onClick={onRemove}>
        {t('layout.remove')}
      </Button>
    </div>
  );
}

interface LayoutEditorProps {
  siteId: string;
  layout: Schemas['SiteLayout'];
  feeders: SiteBusbar['feeders'];
  onClose: () => void;
}

/** Draws a site: pieces are dragged by pointer, or moved by arrow keys (with Shift: sized). */
export default function LayoutEditor({ siteId, layout, feeders, onClose }: LayoutEditorProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const save = useSaveLayout(siteId);
  const { drawing, draw, slide, undo, redo } = useSteps(layout);
  const [chosen, setChosen] = useState<number | null>(null);
  const board = useRef<SVGSVGElement>(null);
  const drag = useRef<{ place: number; before: Drawing; dx: number; dy: number } | null>(null);
  const free = unplaced(
    drawing,
    feeders.map(({ station_id: stationId }) => stationId),
  );
  const piece = chosen === null ? undefined : drawing.pieces[chosen];

  const cellAt = (event: PointerEvent) => {
    const box = board.current?.getBoundingClientRect();
    const scale = box ? drawing.columns / box.width : 1;
    return { x: (event.clientX - (box?.left ?? 0)) * scale, y: (event.clientY - (box?.top ?? 0)) * scale };
  };
  const take = (event: PointerEvent, place: number, taken: Piece) => {
    const at = cellAt(event);
    drag.current = { place, before: drawing, dx: at.x - taken.x, dy: at.y - taken.y };
    event.currentTarget.setPointerCapture(event.pointerId);
    setChosen(place);
  };
  const move = (event: PointerEvent) => {
    const held = drag.current;
    if (!held) return;
    const at = cellAt(event);
    slide(change(held.before, held.place, { x: Math.round(at.x - held.dx), y: Math.round(at.y - held.dy) }));
  };
  const letGo = () => {
    const held = drag.current;
    drag.current = null;
    if (!held || held.before === drawing) return;
    slide(held.before);
    draw(drawing);
  };
  const press = (event: React.KeyboardEvent, place: number, pressed: Piece) => {
    const arrow = arrows[event.key];
    if (arrow) {
      const [dx, dy] = arrow;
      event.preventDefault();
      draw(
        change(
          drawing,
          place,
          event.shiftKey
            ? { width: pressed.width + dx, height: pressed.height + dy }
            : { x: pressed.x + dx, y: pressed.y + dy },
        ),
      );
    }
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      draw(remove(drawing, place));
      setChosen(null);
    }
  };
  const put = (next: Drawing) => {
    draw(next);
    setChosen(next.pieces.length - 1);
  };
  const keep = () =>
    save.mutate(
      { columns: drawing.columns, rows: drawing.rows, pieces: [...drawing.pieces] },
      {
        onSuccess: () => {
          tell.done(t('layout.saved'));
          onClose();
        },
        onError: tell.problem,
      },
    );
  const evsesOf = (stationId: string) =>
    (feeders.find(({ station_id: id }) => id === stationId)?.evses ?? []).map(({ evse_id: evseId }) => evseId);
  return (
    <>
      <div className="bc-drawing-tools">
        {kinds.map((kind) => (
          <Button key={kind} data-testid={`layout-add-${kind}`} onClick={() => put(add(drawing, kind))}>
            + {t(`layout.kind.${kind}`)}
          </Button>
        ))}
        <Dropdown
          disabled={!free.length}
          menu={{
            items: free.map((key) => ({ key, label: feeders.find(({ station_id: id }) => id === key)?.name || key })),
            onClick: ({ key }) => put(add(drawing, 'station', { station_id: key })),
          }}
        >
          <Button data-testid="layout-add-station">+ {t('layout.kind.station')}</Button>
        </Dropdown>
        <Button
          disabled={!free.length}
          data-testid="layout-arrange"
          onClick={() =>
            draw(
              arrange(
                drawing,
                free.map((stationId) => ({ stationId, evseIds: evsesOf(stationId) })),
              ),
            )
          }
        >
          {t('layout.arrange')}
        </Button>
        <span className="bc-filters-space" />
        <Button disabled={!undo} data-testid="layout-undo" onClick={() => undo?.()}>
          {t('action.undo')}
        </Button>
        <Button disabled={!redo} onClick={() => redo?.()}>
          {t('layout.redo')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="primary" loading={save.isPending} data-testid="layout-save" onClick={keep}>
          {t('action.save')}
        </Button>
      </div>
      <div className="bc-drawing-board">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no set of fields */}
        <svg
          ref={board}
          className="bc-drawing"
          viewBox={`0 0 ${drawing.columns * CELL} ${drawing.rows * CELL}`}
          role="group"
          aria-label={t('layout.board')}
          data-testid="layout-board"
        >
          <path
            className="bc-drawing-grid"
            d={[
              ...Array.from({ length: drawing.columns - 1 }, (_, at) => `M${(at + 1) * CELL} 0V${drawing.rows * CELL}`),
              ...Array.from({ length: drawing.rows - 1 }, (_, at) => `M0 ${(at + 1) * CELL}H${drawing.columns * CELL}`),
            ].join('')}
          />
          {drawing.pieces.map((each, place) => (
            // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
            <g
              // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the drawing
              key={place}
              role="button"
              tabIndex={0}
              aria-pressed={place === chosen}
              aria-label={[t(`layout.kind.${each.kind}`), each.label, each.station_id].filter(Boolean).join(' ')}
              transform={`translate(${each.x * CELL} ${each.y * CELL})`}
              onFocus={() => setChosen(place)}
              onPointerDown={(event) => take(event, place, each)}
              onPointerMove={move}
              onPointerUp={letGo}
              onPointerCancel={letGo}
              onKeyDown={(event) => press(event, place, each)}
            >
              <PieceShape piece={each} tone="none" />
            </g>
          ))}
        </svg>
        {piece && chosen !== null ? (
          <Fields
            piece={piece}
            feeders={feeders}
            onChange={(changed) => draw(change(drawing, chosen, changed))}
            onRemove={() => {
              draw(remove(drawing, chosen));
              setChosen(null);
            }}
          />
        ) : (
          <p className="bc-soft">{t('layout.hint')}</p>
        )}
      </div>
    </>
  );
}
