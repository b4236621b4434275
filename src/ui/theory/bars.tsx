/** Bars of the unit tables: shares of a whole, and a first term with what is added to it or taken off. */

type BarLook = 'kept' | 'mean' | 'along' | 'added' | 'rest';

export interface Share {
  /** Between 0 and 1. */
  size: number;
  look: BarLook;
}

/** Shares of one whole, side by side. */
export function ShareBar({ shares }: { shares: readonly Share[] }) {
  return (
    <span className="share-bar" aria-hidden="true">
      {shares.map(({ size, look }) => (
        <i key={look} className={look} style={{ width: `${100 * (Number.isFinite(size) ? size : 0)}%` }} />
      ))}
    </span>
  );
}

/** What the looks of a bar mean, above it. */
export function ShareKey({ entries }: { entries: readonly (readonly [BarLook, string])[] }) {
  return (
    <span className="share-key">
      {entries.map(([look, words]) => (
        <span key={look}>
          <i className={look} />
          {words}
        </span>
      ))}
    </span>
  );
}

interface ChangeBarProps {
  /** Before and after, in units of the widest bar. */
  from: number;
  to: number;
  /** Of the axis that all bars share. */
  low: number;
  high: number;
}

/** From zero to a first term, and the change from there to the result. */
export function ChangeBar({ from, to, low, high }: ChangeBarProps) {
  const percent = (value: number): number => (100 * (value - low)) / (high - low);
  const span = (a: number, b: number) => ({
    left: `${percent(Math.min(a, b))}%`,
    width: `${Math.abs(percent(a) - percent(b))}%`,
  });
  return (
    <span className="change-bar" aria-hidden="true">
      <u style={{ left: `${percent(0)}%` }} />
      <i
        className="kept"
        style={span(0, Math.sign(from) === Math.sign(to) && Math.abs(to) < Math.abs(from) ? to : from)}
      />
      <i className={Math.abs(to) < Math.abs(from) ? 'along' : 'added'} style={span(from, to)} />
    </span>
  );
}
