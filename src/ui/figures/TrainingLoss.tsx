/** Figure: the loss of the current minibatch. */
import type { ColumnOf } from '../series/lineData.ts';
import { trainingLossReading } from '../series/readings.ts';
import { LOSS_AXES } from './axes.ts';
import { LineFigure } from './LineFigure.tsx';

const columnOf: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.loss });

export function TrainingLoss() {
  return (
    <LineFigure
      title="Training loss"
      quantity="of the current minibatch"
      measurement="training"
      columnOf={columnOf}
      axis={LOSS_AXES}
      reading={trainingLossReading}
      emptyDetail={() => 'One value every step'}
      smoothOver="step"
    />
  );
}
