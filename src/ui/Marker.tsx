/** The marker of a network, drawn around (0, 0); and the swatch of dash and marker that stands for it in words. */
import type { Identity, MarkerShape } from './identity.ts';

const OUTLINES: Record<MarkerShape, string> = {
  circle: 'M-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z',
  square: 'M-.9 -.9h1.8v1.8h-1.8z',
  triangle: 'M0 -1.15L1.1 .85H-1.1z',
  diamond: 'M0 -1.25L1.25 0L0 1.25L-1.25 0z',
  wedge: 'M0 1.15L1.1 -.85H-1.1z',
  cross: 'M-.4 -1.2h.8v.8h.8v.8h-.8v.8h-.8v-.8h-.8v-.8h.8z',
  right: 'M1.2 0L-.85 1.1V-1.1z',
  left: 'M-1.2 0L.85 1.1V-1.1z',
  star: 'M0 -1.4L.4 -.5L1.35 -.43L.62 .2L.85 1.13L0 .63L-.85 1.13L-.62 .2L-1.35 -.43L-.4 -.5z',
};

interface MarkerProps {
  identity: Pick<Identity, 'marker' | 'colour' | 'hollow'>;
  x: number;
  y: number;
  radius: number;
}

export function Marker({ identity: { marker, colour, hollow }, x, y, radius }: MarkerProps) {
  return (
    <path
      d={OUTLINES[marker]}
      transform={`translate(${x} ${y}) scale(${radius})`}
      fill={hollow ? 'var(--paper)' : colour}
      stroke={hollow ? colour : 'var(--paper)'}
      strokeWidth={hollow ? 1.6 : 1.2}
      vectorEffect="non-scaling-stroke"
      paintOrder="stroke"
    />
  );
}

/** The marker alone, before a coloured word or number. */
export function Glyph({ identity }: { identity: Identity }) {
  return (
    <svg className="glyph" width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
      <Marker identity={identity} x={0} y={0} radius={4} />
    </svg>
  );
}

/** A piece of the line with its marker. */
export function Swatch({ identity }: { identity: Identity }) {
  return (
    <svg className="swatch" width="36" height="14" viewBox="0 0 36 14" aria-hidden="true">
      <line
        x2="30"
        y1="7"
        y2="7"
        stroke={identity.colour}
        strokeWidth={identity.hollow ? 1.3 : 2.2}
        strokeDasharray={identity.dash}
      />
      <Marker identity={identity} x={30} y={7} radius={4.6} />
    </svg>
  );
}
