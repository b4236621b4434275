/** Figure: one value a layer, at the start of the run or at the time cursor. */
import { useMemo } from 'react';
import { cursorStep } from '../../../store/viewActions.ts';
import { formatCount } from '../../format.ts';
import { axisAround, layerAxis } from '../../series/axis.ts';
import { type LayerQuantity, layerColumn, profileColumn } from '../../series/norms.ts';
import { seedNote } from '../../series/seeds.ts';
import { type Shown, shownIn } from '../../series/shown.ts';
import { useStore } from '../../useStore.ts';
import { CurvePlot } from '../CurvePlot.tsx';
import { Figure } from '../Figure.tsx';
import { useAxis } from '../useAxis.ts';
import { type Snapshot, useShown } from '../useFigure.ts';

const HEIGHT = 216;
const EMPTY = { log: axisAround(0.01, 10, 'log'), linear: axisAround(0, 10, 'linear') };

interface ProfileProps {
  title: string;
  quantity: string;
  of: LayerQuantity;
  /** Step 0 alone, or the step at the time cursor before the values of step 0. */
  when: 'start' | 'cursor';
  reading: (shown: readonly Shown[]) => string | null;
}

const layerCount = (shown: readonly Shown[]): number =>
  Math.max(1, ...shown.map(({ variant }) => variant.norms.layers.length));

/** Over the whole run, so that the axis holds still while the cursor moves. */
function valuesOf(shown: readonly Shown[], of: LayerQuantity, when: ProfileProps['when']): number[][] {
  return shown.flatMap(({ seeds }) =>
    seeds.flatMap((seed) =>
      when === 'start'
        ? [[...profileColumn(of, 0)(seed).value]]
        : seed.variant.norms.layers.map(({ layer }) => [...layerColumn(of, layer)(seed).value]),
    ),
  );
}

function ProfilePlot({ snapshot, of, when }: { snapshot: Snapshot } & Pick<ProfileProps, 'of' | 'when'>) {
  const shown = useShown(snapshot);
  const cursor = useStore(cursorStep);
  const step = when === 'start' ? 0 : (cursor ?? snapshot.experiment.steps);
  const y = useAxis(snapshot, snapshot.scale, valuesOf(shown, of, when), EMPTY);
  const count = layerCount(shown);
  const x = useMemo(() => layerAxis(count), [count]);
  const columnOf = useMemo(() => profileColumn(of, step), [of, step]);
  const start = useMemo(() => (when === 'start' ? undefined : profileColumn(of, 0)), [of, when]);
  const last = x.ticks.at(-1);
  const formatX = useMemo(() => (layer: number) => (layer === last ? `layer ${layer}` : `${layer}`), [last]);
  return (
    <CurvePlot
      snapshot={snapshot}
      shown={shown}
      columnOf={columnOf}
      {...(start && { behind: start })}
      x={x}
      y={y}
      height={HEIGHT}
      formatX={formatX}
      place="layer"
      title={(layer) => `layer ${layer}`}
      emptyWords="The values appear here as the networks train."
      emptyDetail={
        when === 'start' ? 'At step 0' : `Every ${formatCount(snapshot.experiment.probeEvery)} steps`
      }
    />
  );
}

function captionOf({ record, hidden, experiment }: Snapshot, when: ProfileProps['when']): string {
  const shown = record ? shownIn(record, hidden) : [];
  const reached = Math.max(0, ...shown.map(({ variant }) => variant.norms.step.at(-1) ?? 0));
  const time =
    when === 'start'
      ? ''
      : `At the time cursor, or at the last probe, step ${formatCount(reached)}; thin: at step 0. `;
  return time + seedNote(experiment.seeds);
}

export function Profile({ title, quantity, of, when, reading }: ProfileProps) {
  return (
    <Figure
      title={title}
      quantity={(snapshot) => `${quantity}, ${snapshot?.scale ?? 'log'} scale`}
      reading={({ record, hidden }) => (record ? reading(shownIn(record, hidden)) : null)}
      caption={(snapshot) => captionOf(snapshot, when)}
      measurement="layer-norms"
      height={() => HEIGHT}
    >
      {(snapshot) => <ProfilePlot snapshot={snapshot} of={of} when={when} />}
    </Figure>
  );
}
