/** Line icons on an 18 px grid. They decorate a word or a labelled button, so they are hidden from screen readers. */
import type { ReactNode } from 'react';

const DRAWINGS = {
  play: <path d="M4.5 2.6v12.8c0 .5.5.8.9.5l10-6.4c.4-.2.4-.8 0-1l-10-6.4c-.4-.3-.9 0-.9.5z" />,
  pause: (
    <>
      <rect x="4" y="3" width="3.6" height="12" rx="1" />
      <rect x="10.4" y="3" width="3.6" height="12" rx="1" />
    </>
  ),
  step: (
    <>
      <path d="M4 3.5v11l7.5-5.5z" fill="currentColor" />
      <path d="M14 3.5v11" />
    </>
  ),
  reset: (
    <>
      <path d="M3.5 9a5.5 5.5 0 1 0 1.8-4.1" />
      <path d="M3 2.5v3.3h3.3" />
    </>
  ),
  chip: (
    <>
      <rect x="4.5" y="4.5" width="9" height="9" rx="1.5" />
      <path d="M7 1.8v2.7M11 1.8v2.7M7 13.5v2.7M11 13.5v2.7M1.8 7h2.7M1.8 11h2.7M13.5 7h2.7M13.5 11h2.7" />
    </>
  ),
  moon: <path d="M15 10.8A6.3 6.3 0 0 1 7.2 3a6.3 6.3 0 1 0 7.8 7.8z" />,
  sun: (
    <>
      <circle cx="9" cy="9" r="3.2" />
      <path d="M9 1.8v1.6M9 14.6v1.6M1.8 9h1.6M14.6 9h1.6M3.9 3.9l1.1 1.1M13 13l1.1 1.1M3.9 14.1l1.1-1.1M13 5l1.1-1.1" />
    </>
  ),
  tune: (
    <>
      <path d="M2.5 5.5h7M13 5.5h2.5M2.5 12.5H5M8.5 12.5h7" />
      <circle cx="11.2" cy="5.5" r="1.8" />
      <circle cx="6.8" cy="12.5" r="1.8" />
    </>
  ),
  check: <path d="M3.5 9.5l3.8 3.8 7.2-8.2" />,
  info: (
    <>
      <circle cx="9" cy="9" r="6.8" />
      <path d="M9 8.3v4" />
      <path d="M9 5.6v.1" />
    </>
  ),
  warn: (
    <>
      <path d="M9 2.6l7 12.3H2z" />
      <path d="M9 7.4v3.4M9 12.7v.1" />
    </>
  ),
  close: <path d="M4 4l10 10M14 4L4 14" />,
  down: <path d="M4.5 7l4.5 4.5L13.5 7" />,
  minus: <path d="M3.5 9h11" />,
  plus: <path d="M9 3.5v11M3.5 9h11" />,
  link: (
    <>
      <path d="M7.6 10.4a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3L9 4.7" />
      <path d="M10.4 7.6a3 3 0 0 0-4.3 0l-2.6 2.6a3 3 0 0 0 4.3 4.3L9 13.3" />
    </>
  ),
  keys: (
    <>
      <rect x="1.8" y="4.5" width="14.4" height="9" rx="1.5" />
      <path d="M4.8 7.5h.1M7.6 7.5h.1M10.4 7.5h.1M13.2 7.5h.1M6 10.6h6" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWINGS;

const SOLID: IconName[] = ['play', 'pause'];

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={SOLID.includes(name) ? 'icon solid' : 'icon'} viewBox="0 0 18 18" aria-hidden="true">
      {DRAWINGS[name]}
    </svg>
  );
}
