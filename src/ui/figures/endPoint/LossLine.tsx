/** Figure: the loss on a line through the point that training reached. Ours. */
import { formatTick, formatValue, joinWords } from '../../format.ts';
import { type Axis, axisAround } from '../../series/axis.ts';
import { curveData } from '../../series/curveData.ts';
import { flatnessColumn, flatnessReading } from '../../series/flatness.ts';
import { seedNote } from '../../series/seeds.ts';
import { shownIn } from '../../series/shown.ts';
import { CurvePlot } from '../CurvePlot.tsx';
import { Figure } from '../Figure.tsx';
import { useAxis } from '../useAxis.ts';
import { type Snapshot, useShown } from '../useFigure.ts';

const HEIGHT = 216;
const DISTANCES: Axis = { scale: 'linear', domain: [-1, 1], ticks: [-1, -0.5, 0, 0.5, 1] };
const EMPTY = { log: axisAround(0.1, 10, 'log'), linear: axisAround(0, 10, 'linear') };
const formatDistance = (distance: number): string =>
  distance === 1 ? '1 filter norm' : formatTick(distance);

function Plots({ snapshot }: { snapshot: Snapshot }) {
  const shown = useShown(snapshot);
  const values = shown.flatMap(({ seeds }) => seeds.map((seed) => flatnessColumn(seed).value));
  const y = useAxis(snapshot, snapshot.scale, values, EMPTY);
  return (
    <CurvePlot
      snapshot={snapshot}
      shown={shown}
      columnOf={flatnessColumn}
      x={DISTANCES}
      y={y}
      height={HEIGHT}
      formatX={formatDistance}
      place="distance"
      title={(distance) => `at ${formatValue(distance)} filter norms`}
      emptyWords="The curves appear here when the run is done."
      emptyDetail="Measured once, at the end"
    />
  );
}

/** In words: where the loss is infinite or not a number. */
function infiniteNote({ record, hidden, scale }: Snapshot): string {
  const { marks } = curveData(record ? shownIn(record, hidden) : [], flatnessColumn, scale);
  const at = new Set(marks.filter(({ edge }) => edge === 'top').map(({ step }) => step));
  if (at.size === 0) return '';
  const distances = [...at].sort((a, b) => a - b).map(formatTick);
  return `△ at the upper edge: not finite, at ${joinWords(distances)}.`;
}

export function LossLine() {
  return (
    <Figure
      title="Loss around the end point, ours"
      quantity={(snapshot) => `L along a random direction, ${snapshot?.scale ?? 'log'} scale`}
      reading={({ record, hidden }) => (record ? flatnessReading(shownIn(record, hidden)) : null)}
      caption={(snapshot) =>
        `The middle is the point that training reached; at 1 every filter is moved by its own length. ${seedNote(snapshot.experiment.seeds)}${infiniteNote(snapshot)}`
      }
      measurement="flatness"
      height={() => HEIGHT}
    >
      {(snapshot) => <Plots snapshot={snapshot} />}
    </Figure>
  );
}
