/** Figure: how the mean or the variance of one layer's activations moves (Fig. 8). */
import { useMemo } from 'react';
import { formatCount } from '../../format.ts';
import { axisAround } from '../../series/axis.ts';
import { type DriftSpan, driftColumn, driftReading, type Moment } from '../../series/drift.ts';
import { LineFigure } from '../LineFigure.tsx';

const SYMBOLS: Record<Moment, Record<DriftSpan, string>> = {
  mean: { successive: '|μₜ₊₁ − μₜ|', 'since-start': 'μₜ − μ₀' },
  variance: { successive: '|σ²ₜ₊₁ − σ²ₜ|', 'since-start': 'σ²ₜ − σ²₀' },
};
const SUCCESSIVE_AXES = { log: axisAround(0.001, 1, 'log'), linear: axisAround(0, 1, 'linear') };
/** Differences with a sign have no logarithm. */
const SIGNED = axisAround(-1, 1, 'linear');
const SINCE_START_AXES = { log: SIGNED, linear: SIGNED };

interface DriftProps {
  layer: number;
  index: number;
  moment: Moment;
  span: DriftSpan;
}

export function Drift({ layer, index, moment, span }: DriftProps) {
  const columnOf = useMemo(() => driftColumn(index, moment, span), [index, moment, span]);
  const isSigned = span === 'since-start';
  return (
    <LineFigure
      title={`Layer ${layer}, ${moment}`}
      quantity={SYMBOLS[moment][span]}
      measurement="drift"
      columnOf={columnOf}
      axis={isSigned ? SINCE_START_AXES : SUCCESSIVE_AXES}
      scale={isSigned ? 'linear' : null}
      reading={(shown) => driftReading(shown, index, moment, span)}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.probeEvery)} steps`}
      smoothOver="probe"
    />
  );
}
