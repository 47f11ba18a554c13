import type { Schemas } from '@busbar/client';
import type { ReactNode } from 'react';

type Kind = Schemas['ConnectorKind'];

function Pin({ x, y, r = 1.5 }: { x: number; y: number; r?: number }) {
  return <circle cx={x} cy={y} r={r} fill="currentColor" stroke="none" />;
}

const type1Face = (
  <>
    <circle cx="16" cy="11" r="9" />
    <Pin x={12.6} y={8.4} r={1.8} />
    <Pin x={19.4} y={8.4} r={1.8} />
    <Pin x={11.8} y={13.4} />
    <Pin x={20.2} y={13.4} />
    <Pin x={16} y={15.6} r={1.8} />
  </>
);

const type2Face = (
  <>
    <path d="M9.4 4.5h13.2a9 9 0 1 1-13.2 0z" />
    <Pin x={13.4} y={7.8} r={1.2} />
    <Pin x={18.6} y={7.8} r={1.2} />
    <Pin x={11.2} y={11.6} />
    <Pin x={16} y={11.6} />
    <Pin x={20.8} y={11.6} />
    <Pin x={13.5} y={15.6} />
    <Pin x={18.5} y={15.6} />
  </>
);

const directPins = (
  <>
    <path d="M8.5 21.5h15a3.8 3.8 0 0 1 0 7.6h-15a3.8 3.8 0 0 1 0-7.6z" />
    <Pin x={11} y={25.3} r={2} />
    <Pin x={21} y={25.3} r={2} />
  </>
);

/** The face of each connector, as it looks at the driver. */
const faces: Record<Kind, ReactNode> = {
  type1: <g transform="translate(0 5)">{type1Face}</g>,
  type2: <g transform="translate(0 5)">{type2Face}</g>,
  ccs1: (
    <>
      <g transform="translate(0 -1)">{type1Face}</g>
      {directPins}
    </>
  ),
  ccs2: (
    <>
      <g transform="translate(0 -1)">{type2Face}</g>
      {directPins}
    </>
  ),
  chademo: (
    <>
      <circle cx="16" cy="16" r="11.5" />
      <circle cx="10.8" cy="16" r="2.8" />
      <circle cx="21.2" cy="16" r="2.8" />
      <Pin x={16} y={9.2} />
      <Pin x={16} y={22.8} />
    </>
  ),
  gbt_ac: (
    <>
      <path d="M8 6h16a11.5 11.5 0 1 1-16 0z" />
      <Pin x={12.6} y={10.4} r={1.3} />
      <Pin x={19.4} y={10.4} r={1.3} />
      <Pin x={10.2} y={15.2} r={1.7} />
      <Pin x={16} y={15.2} r={1.7} />
      <Pin x={21.8} y={15.2} r={1.7} />
      <Pin x={12.8} y={20.4} r={1.7} />
      <Pin x={19.2} y={20.4} r={1.7} />
    </>
  ),
  gbt_dc: (
    <>
      <circle cx="16" cy="16" r="11.5" />
      <circle cx="10.4" cy="14.5" r="2.7" />
      <circle cx="21.6" cy="14.5" r="2.7" />
      <Pin x={16} y={19.5} r={1.9} />
      <Pin x={13.2} y={8.4} r={1.2} />
      <Pin x={18.8} y={8.4} r={1.2} />
      <Pin x={11.5} y={22.2} r={1.2} />
      <Pin x={20.5} y={22.2} r={1.2} />
    </>
  ),
  nacs: (
    <>
      <path d="M9.5 6.5h13c2.5 0 4 2 4 4.5 0 8-5 14.5-10.5 14.5S5.5 19 5.5 11c0-2.5 1.5-4.5 4-4.5z" />
      <circle cx="11.6" cy="12" r="2.4" />
      <circle cx="20.4" cy="12" r="2.4" />
      <Pin x={16} y={16.6} r={1.3} />
      <Pin x={12.9} y={19} r={1.3} />
      <Pin x={19.1} y={19} r={1.3} />
    </>
  ),
  domestic: (
    <>
      <circle cx="16" cy="16" r="11.5" />
      <Pin x={11.7} y={16} r={1.9} />
      <Pin x={20.3} y={16} r={1.9} />
      <path d="M16 4.5v3M16 24.5v3" />
    </>
  ),
  other: (
    <>
      <circle cx="16" cy="16" r="11.5" />
      <path d="M11.5 13.5h9v3.5a4.5 4.5 0 0 1-9 0zM13.5 13.5v-3.5M18.5 13.5v-3.5M16 21.5v3" />
    </>
  ),
};

/** The face of a connector; its name stands beside it. */
export function ConnectorIcon({ kind, size = 32 }: { kind: Kind; size?: number }) {
  return (
    <svg
      className="bd-connector-icon"
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {faces[kind]}
    </svg>
  );
}
