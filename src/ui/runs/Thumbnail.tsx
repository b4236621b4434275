/** A small picture of a run: its training losses on a logarithmic scale. */
import type { KeptRun } from '../../record/kept/keptRun.ts';
import { identitiesOf } from '../identity.ts';
import { extentOf } from '../series/axis.ts';

const WIDTH = 96;
const HEIGHT = 36;
const MARGIN = 2;

export function Thumbnail({ run: { experiment, curves } }: { run: KeptRun }) {
  const extent = extentOf(
    curves.map(({ loss }) => loss),
    'log',
  );
  if (!extent) return <span className="sub">–</span>;
  const [low, high] = [Math.log(extent[0]), Math.log(extent[1] * 1.0001)];
  const x = (step: number): number => MARGIN + (step / experiment.steps) * (WIDTH - 2 * MARGIN);
  const y = (loss: number): number =>
    MARGIN + ((high - Math.log(Math.max(loss, extent[0]))) / (high - low)) * (HEIGHT - 2 * MARGIN);
  return (
    <svg
      className="thumbnail"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {identitiesOf(experiment.variants).map((identity) => {
        const curve = curves.find(({ id }) => id === identity.id);
        if (!curve) return null;
        const points = curve.step.map((step, i) => `${x(step).toFixed(1)},${y(curve.loss[i]!).toFixed(1)}`);
        return (
          <polyline
            key={identity.id}
            points={points.join(' ')}
            fill="none"
            stroke={identity.colour}
            strokeWidth="1.2"
            strokeDasharray={identity.dash}
          />
        );
      })}
    </svg>
  );
}
