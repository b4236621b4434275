/** The marks of scatter pictures, told apart by shape and filling. */

export type MarkLook = 'dot' | 'ring' | 'square' | 'diamond';

interface MarkProps {
  look: MarkLook;
  x: number;
  y: number;
  isChosen?: boolean;
}

export function Mark({ look, x, y, isChosen = false }: MarkProps) {
  const r = isChosen ? 5.6 : 3.8;
  const hollow = { fill: 'var(--paper)', stroke: isChosen ? 'var(--ink)' : 'var(--ink-2)', strokeWidth: 1.5 };
  switch (look) {
    case 'dot':
      return <circle cx={x} cy={y} r={r} fill="var(--ink)" stroke="var(--paper)" />;
    case 'ring':
      return <circle cx={x} cy={y} r={r} {...hollow} />;
    case 'square':
      return <rect x={x - r * 0.9} y={y - r * 0.9} width={r * 1.8} height={r * 1.8} {...hollow} />;
    case 'diamond':
      return (
        <path
          d={`M${x} ${y - r * 1.25}L${x + r * 1.25} ${y}L${x} ${y + r * 1.25}L${x - r * 1.25} ${y}z`}
          {...hollow}
        />
      );
    default:
      return look satisfies never;
  }
}

/** A mark before its words. */
export function LegendEntry({ look, words }: { look: MarkLook; words: string }) {
  return (
    <span>
      <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
        <Mark look={look} x={0} y={0} />
      </svg>
      {words}
    </span>
  );
}

/** In place of a mark that lies beyond the axis: which way it lies. */
export function Beyond({ x, y, isUp }: { x: number; y: number; isUp: boolean }) {
  const tip = isUp ? -4 : 4;
  return (
    <path
      d={`M${x - 3.5} ${y - tip}L${x} ${y}L${x + 3.5} ${y - tip}`}
      fill="none"
      stroke="var(--ink-2)"
      strokeWidth="1.4"
    />
  );
}
