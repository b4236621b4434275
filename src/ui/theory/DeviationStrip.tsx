/** A deviation as a dot on a logarithmic strip, with one rounding of a 64-bit float dotted. */
import { ONE_ROUNDING } from '../../paper/theory/deviation.ts';
import { formatDeviation } from './numbers.ts';

const [LOWEST, HIGHEST] = [-17, -11];
const [WIDTH, HEIGHT, MARGIN] = [92, 16, 4];

function place(deviation: number): number {
  const share = (Math.log10(deviation) - LOWEST) / (HIGHEST - LOWEST);
  return MARGIN + Math.max(0, Math.min(1, share)) * (WIDTH - 2 * MARGIN);
}

export function DeviationStrip({ deviation }: { deviation: number }) {
  const rounding = place(ONE_ROUNDING);
  const middle = HEIGHT / 2;
  return (
    <span className="deviation">
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        <line
          x1={MARGIN}
          x2={WIDTH - MARGIN}
          y1={middle}
          y2={middle}
          stroke="var(--control)"
          strokeOpacity="0.5"
        />
        <line x1={rounding} x2={rounding} y1="2" y2="14" stroke="var(--ink-3)" strokeDasharray="1 2.5" />
        <circle
          cx={deviation === 0 ? MARGIN : place(deviation)}
          cy={middle}
          r="4"
          fill={deviation === 0 ? 'var(--paper)' : 'var(--ink)'}
          stroke="var(--ink)"
          strokeWidth="1.4"
        />
      </svg>
      <span>{formatDeviation(deviation)}</span>
    </span>
  );
}
