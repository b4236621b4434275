/** Figure: internal covariate shift of one layer, as the length of the gradient's difference (Fig. 3(a), upper panels). */
import { useMemo } from 'react';
import { formatCount } from '../format.ts';
import { axisAround } from '../series/axis.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { covariateShiftReading } from '../series/readings.ts';
import { LineFigure } from './LineFigure.tsx';

const AXES = { log: axisAround(0.01, 10, 'log'), linear: axisAround(0, 2, 'linear') };

export function ShiftDifference({ layer, index }: { layer: number; index: number }) {
  const columnOf = useMemo(
    (): ColumnOf =>
      ({ variant: { ics } }) => ({ step: ics.step, value: ics.layers[index]?.l2 ?? [] }),
    [index],
  );
  return (
    <LineFigure
      title={`Layer ${layer}`}
      quantity="‖G − G′‖₂"
      measurement="covariate-shift"
      columnOf={columnOf}
      axis={AXES}
      reading={(shown) => covariateShiftReading(shown, index)}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.probeEvery)} steps`}
      smoothOver="probe"
    />
  );
}
