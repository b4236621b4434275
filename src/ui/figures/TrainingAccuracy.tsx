/** Figure: training accuracy, as in Figs. 1(a) and 2. */
import { formatPercent } from '../format.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { trainingAccuracyReading } from '../series/readings.ts';
import { PERCENT_AXIS, percentTick } from './axes.ts';
import { LineFigure } from './LineFigure.tsx';

const columnOf: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.accuracy });
const format = (share: number): string => `${formatPercent(share)}%`;

export function TrainingAccuracy() {
  return (
    <LineFigure
      title="Training accuracy"
      quantity="% of the current minibatch"
      measurement="training"
      columnOf={columnOf}
      axis={PERCENT_AXIS}
      reading={trainingAccuracyReading}
      emptyDetail={() => 'One value every step'}
      smoothOver="step"
      formatY={percentTick}
      format={format}
    />
  );
}
