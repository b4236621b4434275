/** Figure: the loss on the test set. */
import { formatCount } from '../format.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { testLossReading } from '../series/readings.ts';
import { LOSS_AXES } from './axes.ts';
import { LineFigure } from './LineFigure.tsx';

const columnOf: ColumnOf = ({ variant: { test } }) => ({ step: test.step, value: test.loss });

export function TestLoss() {
  return (
    <LineFigure
      title="Test loss"
      quantity="of the test examples"
      measurement="test"
      columnOf={columnOf}
      axis={LOSS_AXES}
      reading={testLossReading}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.testEvery)} steps`}
      isDotted
    />
  );
}
