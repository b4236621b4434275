/** Figure: effective β-smoothness over the paper's steps, as in Fig. 4(c), and over our fine steps. */
import type { ReactNode } from 'react';
import { formatNumber } from '../../experiment/read.ts';
import { variantsOf } from '../../experiment/variants.ts';
import { formatCount, formatTick } from '../format.ts';
import { type Axis, axisAround } from '../series/axis.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { within } from '../series/range.ts';
import { smoothnessReading } from '../series/readings.ts';
import { shownIn } from '../series/shown.ts';
import { Figure } from './Figure.tsx';
import { LinePlot } from './LinePlot.tsx';
import { Turn } from './Turn.tsx';
import { useAxis } from './useAxis.ts';
import { type Snapshot, useGhosts, useShown } from './useFigure.ts';

const overPaperSteps: ColumnOf = ({ variant: { landscape } }) => ({
  step: landscape.step,
  value: landscape.beta,
});
const overFineSteps: ColumnOf = ({ variant: { landscape } }) => ({
  step: landscape.step,
  value: landscape.fine.beta,
});

const EMPTY = { log: axisAround(1, 100, 'log'), linear: axisAround(0, 50, 'linear') };
const HEIGHT = 216;
const HEAD_HEIGHT = 26;
const GAP = 40;
const NARROW_PX = 640;

/** 1/η′ of the smallest step, near which the measure saturates, and 2/η, the edge of stability. */
export function smoothnessReferences(learningRate: number, multiples: readonly number[]): number[] {
  const edge = 2 / learningRate;
  const limit = 1 / (learningRate * Math.min(...multiples));
  return Math.abs(limit / edge - 1) < 1e-9 ? [edge] : [limit, edge];
}

/** On a linear axis a reference far above all values would press them flat; it is left out. */
function isNear(values: readonly number[]): (reference: number) => boolean {
  const largest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  return (reference) => reference <= 2 * largest;
}

interface PanelProps {
  snapshot: Snapshot;
  y: Axis;
  width: number;
  title: string;
  multiples: readonly number[];
  columnOf: ColumnOf;
  isOurs: boolean;
}

function BetaPanel({ snapshot, y, width, title, multiples, columnOf, isOurs }: PanelProps) {
  const shown = useShown(snapshot);
  const { learningRate, probeEvery } = snapshot.experiment;
  return (
    <div className="panel" style={{ width, height: HEIGHT + HEAD_HEIGHT }}>
      <p className="panel-head">
        <span>
          {title} {multiples.join(', ')} × η{isOurs && ', ours'}
        </span>
      </p>
      <Turn>
        <LinePlot
          snapshot={snapshot}
          name={title}
          shown={shown}
          columnOf={columnOf}
          y={y}
          width={width}
          height={HEIGHT}
          emptyWords="The curves appear here."
          emptyDetail={`Every ${formatCount(probeEvery)} steps`}
          isThin={isOurs}
          references={smoothnessReferences(learningRate, multiples)}
        />
      </Turn>
    </div>
  );
}

function Betas({ snapshot }: { snapshot: Snapshot }) {
  const shown = useShown(snapshot);
  const ghosts = useGhosts(snapshot);
  const { probeSteps, fineSteps, learningRate } = snapshot.experiment;
  const references = [probeSteps, ...(fineSteps.length > 0 ? [fineSteps] : [])].flatMap((multiples) =>
    smoothnessReferences(learningRate, multiples),
  );
  const measured = [...shown, ...ghosts]
    .flatMap(({ seeds }) => seeds)
    .flatMap((seed) => [overPaperSteps(seed), overFineSteps(seed)])
    .map((column) => within(column, snapshot.zoom).value);
  const inSight = snapshot.scale === 'log' ? references : references.filter(isNear(measured.flat()));
  const y = useAxis(snapshot, snapshot.scale, [...measured, shown.length > 0 ? inSight : []], EMPTY);
  const isNarrow = snapshot.width < NARROW_PX;
  const width = isNarrow || fineSteps.length === 0 ? snapshot.width : Math.floor((snapshot.width - GAP) / 2);
  const shared = { snapshot, y, width };
  return (
    <div className="panels wide-gap">
      <BetaPanel
        {...shared}
        title="Paper’s steps"
        multiples={probeSteps}
        columnOf={overPaperSteps}
        isOurs={false}
      />
      {fineSteps.length > 0 && (
        <BetaPanel {...shared} title="Fine steps" multiples={fineSteps} columnOf={overFineSteps} isOurs />
      )}
    </div>
  );
}

function heightOf(snapshot: Snapshot | null): number {
  const panels = snapshot && snapshot.width < NARROW_PX && snapshot.experiment.fineSteps.length > 0 ? 2 : 1;
  return panels * (HEIGHT + HEAD_HEIGHT);
}

function captionOf({ experiment, scale }: Snapshot): ReactNode {
  const { learningRate, probeSteps, fineSteps, variants } = experiment;
  const hasOwnRates = variantsOf(variants).some((variant) => variant.learningRate !== null);
  const limit = (multiples: readonly number[]): string =>
    formatTick(Number((1 / (learningRate * Math.min(...multiples))).toPrecision(3)));
  return (
    <>
      Dotted: 2 / <i>η</i> = {formatTick(Number((2 / learningRate).toPrecision(3)))}, the edge of stability of
      gradient descent, and 1 / <i>η′</i> of the smallest step, near which the measure saturates:{' '}
      {limit(probeSteps)} for the paper’s steps
      {fineSteps.length > 0 && `, ${limit(fineSteps)} for the fine ones`}
      {scale === 'linear' && '; left out where they lie far above the curves'}
      {hasOwnRates && `; both at learning rate ${formatNumber(learningRate)}`}.
    </>
  );
}

export function Smoothness() {
  return (
    <Figure
      title="Effective β-smoothness"
      quantity={(snapshot) => `max ‖g′ − g‖ / η′‖g‖, ${snapshot?.scale ?? 'log'} scale`}
      reading={({ record, hidden }) => (record ? smoothnessReading(shownIn(record, hidden)) : null)}
      caption={captionOf}
      measurement="smoothness"
      height={heightOf}
    >
      {(snapshot) => <Betas snapshot={snapshot} />}
    </Figure>
  );
}
