/** Figure: internal covariate shift of one layer, as the cosine of the two gradients (Fig. 3(a), lower panels). */
import { useMemo } from 'react';
import { formatCount } from '../format.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { covariateShiftCosineReading } from '../series/readings.ts';
import { COSINE_AXIS } from './axes.ts';
import { LineFigure } from './LineFigure.tsx';

export function ShiftCosine({ layer, index }: { layer: number; index: number }) {
  const columnOf = useMemo(
    (): ColumnOf =>
      ({ variant: { ics } }) => ({ step: ics.step, value: ics.layers[index]?.cosine ?? [] }),
    [index],
  );
  return (
    <LineFigure
      title={`Layer ${layer}`}
      quantity="cosine of G and G′"
      measurement="covariate-shift"
      columnOf={columnOf}
      axis={COSINE_AXIS}
      reading={(shown) => covariateShiftCosineReading(shown, index)}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.probeEvery)} steps`}
      smoothOver="probe"
    />
  );
}
