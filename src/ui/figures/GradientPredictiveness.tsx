/** Figure: how far the gradient moves along itself, as in Fig. 4(b). */
import { axisAround } from '../series/axis.ts';
import type { RowsOf } from '../series/bandData.ts';
import { predictivenessReading } from '../series/readings.ts';
import { BandFigure } from './BandFigure.tsx';

const rowsOf: RowsOf = ({ variant }) => variant.landscape.gradientDifferenceAt;
const EMPTY = { log: axisAround(1, 300, 'log'), linear: axisAround(0, 250, 'linear') };

export function GradientPredictiveness() {
  return (
    <BandFigure
      title="Gradient predictiveness"
      symbol="‖g′ − g‖₂"
      measurement="predictiveness"
      rowsOf={rowsOf}
      empty={EMPTY}
      reading={predictivenessReading}
      caption={
        <>
          How far the gradient <i>g′</i> at the same points lies from <i>g</i>; the smaller, the further a
          gradient can be trusted.
        </>
      }
    />
  );
}
