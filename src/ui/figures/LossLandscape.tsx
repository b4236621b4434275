/** Figure: the loss along the gradient, as in Fig. 4(a). */
import { axisAround } from '../series/axis.ts';
import type { RowsOf } from '../series/bandData.ts';
import { landscapeReading } from '../series/readings.ts';
import { BandFigure } from './BandFigure.tsx';

const rowsOf: RowsOf = ({ variant }) => variant.landscape.lossAt;
const EMPTY = { log: axisAround(0.5, 10, 'log'), linear: axisAround(0, 10, 'linear') };

export function LossLandscape() {
  return (
    <BandFigure
      title="Loss along the gradient"
      symbol="L(θ − η′g)"
      measurement="landscape"
      rowsOf={rowsOf}
      empty={EMPTY}
      reading={landscapeReading}
      caption={
        <>
          The loss at <i>θ − η′g</i> over the probe steps <i>η′</i>, on the same minibatch; the band runs from
          the smallest to the largest.
        </>
      }
    />
  );
}
