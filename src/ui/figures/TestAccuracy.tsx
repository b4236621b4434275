/** Figure: test accuracy, as in Fig. 1(b). */
import { formatCount, formatPercent } from '../format.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { testAccuracyReading } from '../series/readings.ts';
import { PERCENT_AXIS, percentTick } from './axes.ts';
import { LineFigure } from './LineFigure.tsx';

const columnOf: ColumnOf = ({ variant: { test } }) => ({ step: test.step, value: test.accuracy });
const format = (share: number): string => `${formatPercent(share)}%`;

export function TestAccuracy() {
  return (
    <LineFigure
      title="Test accuracy"
      quantity="% of the test examples"
      measurement="test"
      columnOf={columnOf}
      axis={PERCENT_AXIS}
      reading={testAccuracyReading}
      caption={({ experiment }) =>
        `${formatCount(experiment.testExamples)} examples, with running statistics and without noise.`
      }
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.testEvery)} steps`}
      isDotted
      hasEndValues
      formatY={percentTick}
      format={format}
    />
  );
}
