/** What the line between the busbar and the car does. */
export type FeederState = 'open' | 'closed' | 'flowing' | 'paused' | 'broken';

const X = 160;
const TOP = 12;
const SWITCH_TOP = 34;
const SWITCH_BOTTOM = 62;
const BOTTOM = 92;

/** Thicker with more power, by its order of magnitude: 3.7 kW and 350 kW both fit on a phone. */
export function lineWidth(powerW: number | null): number {
  if (!powerW || powerW < 1_000) return 3;
  return Math.min(14, Math.round(3 + 4.2 * Math.log10(powerW / 1_000)));
}

/**
 * The single-line diagram of one charge: the copper bar, the feeder that hangs from it, its switch, and the car at its
 * end. The only thing that moves is power.
 */
export function Feeder({ state, powerW = null }: { state: FeederState; powerW?: number | null }) {
  const isClosed = state === 'closed' || state === 'flowing';
  const width = state === 'flowing' ? lineWidth(powerW) : 3;
  return (
    <svg
      className="bd-feeder"
      data-state={state}
      viewBox="0 0 320 104"
      preserveAspectRatio="xMidYMin meet"
      aria-hidden="true"
    >
      <rect className="bd-feeder-bar" x="8" y="2" width="304" height="10" rx="3" />
      <g className="bd-feeder-others">
        <path d="M48 12v14M272 12v14" />
        <circle cx="48" cy="29" r="3" />
        <circle cx="272" cy="29" r="3" />
      </g>
      <path className="bd-feeder-live" d={`M${X} ${TOP}V${isClosed ? BOTTOM - 8 : SWITCH_TOP}`} strokeWidth={width} />
      {state === 'flowing' && (
        <path className="bd-feeder-flow" d={`M${X} ${TOP}V${BOTTOM - 8}`} strokeWidth={Math.max(1.6, width * 0.42)} />
      )}
      {!isClosed && (
        <>
          <path
            className="bd-feeder-live"
            d={state === 'broken' ? '' : `M${X} ${SWITCH_BOTTOM}L${X - 17} ${SWITCH_TOP - 1}`}
            strokeWidth={3}
          />
          {state === 'broken' && (
            <path
              className="bd-feeder-break"
              d={`M${X - 9} ${SWITCH_TOP + 6}l18 10M${X - 9} ${SWITCH_TOP + 14}l18 10`}
              strokeWidth={2.4}
            />
          )}
          <circle className="bd-feeder-contact" cx={X} cy={SWITCH_TOP} r="3.4" />
          <circle className="bd-feeder-contact" cx={X} cy={SWITCH_BOTTOM} r="3.4" />
          <path className="bd-feeder-dead" d={`M${X} ${SWITCH_BOTTOM + 3}V${BOTTOM - 8}`} strokeWidth={3} />
        </>
      )}
      <circle className="bd-feeder-end" cx={X} cy={BOTTOM} r="8" />
      {isClosed && <circle className="bd-feeder-end-dot" cx={X} cy={BOTTOM} r="3.4" />}
    </svg>
  );
}
