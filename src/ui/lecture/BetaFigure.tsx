/** Effective β-smoothness on one plot, over the paper's steps or over our fine ones: the lab shows both side by side. */

import { LineFigure } from '../figures/LineFigure.tsx';
import { smoothnessReferences } from '../figures/Smoothness.tsx';
import { axisAround } from '../series/axis.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { medianReading } from '../series/readings.ts';

const overPaperSteps: ColumnOf = ({ variant: { landscape } }) => ({
  step: landscape.step,
  value: landscape.beta,
});
const overFineSteps: ColumnOf = ({ variant: { landscape } }) => ({
  step: landscape.step,
  value: landscape.fine.beta,
});
const AXES = { log: axisAround(1, 100, 'log'), linear: axisAround(0, 50, 'linear') };

export function BetaFigure({ isFine }: { isFine: boolean }) {
  const columnOf = isFine ? overFineSteps : overPaperSteps;
  return (
    <LineFigure
      title={isFine ? 'Effective β-smoothness, fine steps' : 'Effective β-smoothness'}
      quantity="max ‖g′ − g‖ / (η′‖g‖)"
      measurement={null}
      columnOf={columnOf}
      axis={AXES}
      reading={(shown) => medianReading(shown, (seed) => columnOf(seed).value)}
      references={({ experiment: { learningRate, probeSteps, fineSteps } }) =>
        smoothnessReferences(learningRate, isFine ? fineSteps : probeSteps)
      }
      emptyDetail={() => 'One value every probe'}
      smoothOver="probe"
    />
  );
}
