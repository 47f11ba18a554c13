import type { ReactNode } from 'react';

const drawings = {
  pin: (
    <>
      <path d="M12 21c4.2-4.6 6.5-8 6.5-11a6.5 6.5 0 1 0-13 0c0 3 2.3 6.4 6.5 11z" />
      <circle cx="12" cy="10" r="2.3" />
    </>
  ),
  scan: (
    <>
      <path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5" />
      <path d="M8.5 8.5h2.6v2.6H8.5zM13 8.5h2.5M13 13h2.5v2.5M8.5 13.2v2.3h2.4" />
    </>
  ),
  receipt: <path d="M6 3.5h12v17l-2.4-1.6-2.4 1.6-2.4-1.6-2.4 1.6L6 20.5zM9.2 8.2h5.6M9.2 12h5.6" />,
  person: (
    <>
      <circle cx="12" cy="8.2" r="3.7" />
      <path d="M4.8 20c.7-3.8 3.5-6 7.2-6s6.5 2.2 7.2 6" />
    </>
  ),
  list: <path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01" />,
  map: <path d="m3.5 6.8 5.7-2.3 5.6 2.3 5.7-2.3v12.7l-5.7 2.3-5.6-2.3-5.7 2.3zM9.2 4.5v12.7M14.8 6.8v12.7" />,
  filter: <path d="M4 7h9M17.5 7H20M4 17h2.5M11 17h9M15.2 4.8v4.4M8.8 14.8v4.4" />,
  search: (
    <>
      <circle cx="10.8" cy="10.8" r="6.3" />
      <path d="m15.6 15.6 4.6 4.6" />
    </>
  ),
  locate: (
    <>
      <circle cx="12" cy="12" r="6.2" />
      <circle cx="12" cy="12" r="1.6" fill="currentColor" />
      <path d="M12 2.5v3.3M12 18.2v3.3M2.5 12h3.3M18.2 12h3.3" />
    </>
  ),
  back: <path d="m14.5 5-7 7 7 7" />,
  forward: <path d="m9.5 5 7 7-7 7" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  route: <path d="m20.5 3.5-7.6 17-2.6-7.7-7.3-2.6z" />,
  share: <path d="M12 14.5V3.8M8.2 7.3 12 3.5l3.8 3.8M6.5 11H5v9.5h14V11h-1.5" />,
  print: (
    <>
      <path d="M7 8.5V3.5h10v5M7 17.5H4v-9h16v9h-3" />
      <path d="M7 14.5h10v6H7z" />
    </>
  ),
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  eyeOff: (
    <path d="M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6.2 7.3A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.2-1" />
  ),
  install: <path d="M12 3.5v11M7.8 10.5 12 14.7l4.2-4.2M4.5 15.5v5h15v-5" />,
  device: <path d="M7.5 2.8h9v18.4h-9zM11 18.4h2" />,
  star: <path d="m12 3.6 2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 17l-5.2 2.8 1-5.9L3.5 9.8l5.9-.8z" />,
  bell: <path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 2H5zM10 20.5h4" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5.3l3.4 2" />
    </>
  ),
  flag: <path d="M6 21V4M6 4.8h11.5l-2.6 4 2.6 4H6" />,
  car: (
    <>
      <path d="M4 16.5v-4l2-5h12l2 5v4zM4 12.5h16" />
      <path d="M7 16.5v2M17 16.5v2M7.5 14.5h.01M16.5 14.5h.01" />
    </>
  ),
  card: <path d="M3.5 6.5h17v11h-17zM3.5 10h17M6.5 14.5h4" />,
  wallet: <path d="M18.5 8V5.5h-13a2 2 0 0 0 0 4h15v10h-15a2 2 0 0 1-2-2v-10M16.5 14.5h.01" />,
  camera: (
    <>
      <path d="M3.5 8h4l1.5-2.5h6L16.500 8h4v11h-17z" />
      <circle cx="12" cy="13" r="3.4" />
    </>
  ),
  torch: <path d="M8 3.5h8v4l-2.2 3.5v9.5h-3.6V11L8 7.5zM8 6.8h8M12 13.5v1.8" />,
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5.5M12 7.6v.1" />
    </>
  ),
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

/** A drawing beside a word that says the same; for a control without a word, give that control an `aria-label`. */
export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="bd-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  );
}
