/** Figure: the largest eigenvalue of the Hessian along a run, with 2/η. Ours. */
import { formatCount } from '../../format.ts';
import { axisAround } from '../../series/axis.ts';
import {
  edgeWords,
  sharpnessColumn,
  sharpnessReading,
  stabilityEdges,
  unconvergedWords,
} from '../../series/sharpness.ts';
import { shownIn } from '../../series/shown.ts';
import { LineFigure } from '../LineFigure.tsx';
import type { Snapshot } from '../useFigure.ts';

const AXES = { log: axisAround(1, 100, 'log'), linear: axisAround(0, 50, 'linear') };

const edgesOf = ({ record, hidden }: Snapshot): number[] =>
  record ? stabilityEdges(shownIn(record, hidden)) : [];

export function Sharpness() {
  return (
    <LineFigure
      title="Sharpness, ours"
      quantity="largest eigenvalue of ∇²L"
      measurement="sharpness"
      columnOf={sharpnessColumn}
      axis={AXES}
      reading={sharpnessReading}
      caption={(snapshot) => {
        const edges = edgesOf(snapshot);
        const { record, hidden } = snapshot;
        const unconverged = record && unconvergedWords(shownIn(record, hidden));
        return (
          edges.length > 0 && (
            <>
              Dotted: 2 / <i>η</i> = {edgeWords(edges)}, the edge of stability. {unconverged}
            </>
          )
        );
      }}
      references={edgesOf}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.probeEvery)} steps`}
      smoothOver="probe"
    />
  );
}
