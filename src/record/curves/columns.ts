/** Which columns of a record travel in a link, and at which of their steps. */
import type { Experiment } from '../../experiment/experiment.ts';
import type { RunRecord, VariantRecord } from '../record.ts';

/** Which parts of a run a link carries. */
export interface Carried {
  /** The first so many seeds. */
  seeds: number;
  /** The layers whose covariate shift is carried. */
  icsLayers: readonly number[];
}

export interface Detail extends Carried {
  /** Points of one curve at most. */
  points: number;
}

/** Columns that share their steps. */
export interface ColumnGroup {
  step: number[];
  columns: number[][];
}

/** At most so many indices of a column, evenly spaced, the first and the last among them. */
export function spacedIndices(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}

/** A band's lower edge: over the finite points. */
function smallest(row: readonly number[]): number {
  const finite = row.filter(Number.isFinite);
  return finite.length > 0 ? Math.min(...finite) : Number.NaN;
}

/** A band's upper edge: infinite where a point is not finite. */
const largest = (row: readonly number[]): number =>
  row.every(Number.isFinite) && row.length > 0 ? Math.max(...row) : Number.POSITIVE_INFINITY;

function thinned(
  step: readonly number[],
  columns: readonly (readonly number[])[],
  most: number,
): ColumnGroup {
  const kept = spacedIndices(step.length, most);
  return {
    step: kept.map((i) => step[i]!),
    columns: columns.map((column) => kept.map((i) => column[i] ?? Number.NaN)),
  };
}

/** Training; tests; smallest and largest over the paper's points, β over both grids; covariate shift. In this order. */
export function groupsOf(variant: VariantRecord, { icsLayers, points }: Detail): ColumnGroup[] {
  const { train, test, landscape, ics } = variant;
  const layers = ics.layers.filter(({ layer }) => icsLayers.includes(layer));
  return [
    thinned(train.step, [train.loss, train.accuracy], points),
    thinned(test.step, [test.loss, test.accuracy], points),
    thinned(
      landscape.step,
      [
        landscape.lossAt.map(smallest),
        landscape.lossAt.map(largest),
        landscape.gradientDifferenceAt.map(smallest),
        landscape.gradientDifferenceAt.map(largest),
        landscape.beta,
        landscape.fine.beta,
      ],
      points,
    ),
    thinned(
      layers.length > 0 ? ics.step : [],
      layers.flatMap(({ l2, cosine }) => [l2, cosine]),
      points,
    ),
  ];
}

/** How many columns each group has. */
export const groupSizes = ({ icsLayers }: Pick<Carried, 'icsLayers'>): number[] => [
  2,
  2,
  6,
  2 * icsLayers.length,
];

/** Puts groups into an empty variant of a record, the inverse of `groupsOf`. What does not travel is NaN or missing. */
export function takeGroups(variant: VariantRecord, groups: readonly ColumnGroup[]): void {
  const [train, test, landscape, ics] = groups as [ColumnGroup, ColumnGroup, ColumnGroup, ColumnGroup];
  variant.train = { step: train.step, loss: train.columns[0]!, accuracy: train.columns[1]! };
  variant.test = { step: test.step, loss: test.columns[0]!, accuracy: test.columns[1]! };
  const { step, columns } = landscape;
  const [lossLow, lossHigh, differenceLow, differenceHigh, beta, fineBeta] = columns as number[][];
  const missing = step.map(() => Number.NaN);
  variant.landscape.step = step;
  variant.landscape.loss = missing;
  variant.landscape.gradientNorm = [...missing];
  variant.landscape.lossAt = step.map((_, i) => [lossLow![i]!, lossHigh![i]!]);
  variant.landscape.gradientDifferenceAt = step.map((_, i) => [differenceLow![i]!, differenceHigh![i]!]);
  variant.landscape.beta = beta!;
  variant.landscape.fine.beta = fineBeta!;
  variant.landscape.fine.lossAt = step.map(() => []);
  variant.landscape.fine.gradientDifferenceAt = step.map(() => []);
  variant.ics.step = ics.step;
  for (const [i, layer] of variant.ics.layers.entries()) {
    layer.l2 = ics.columns[2 * i]!;
    layer.cosine = ics.columns[2 * i + 1]!;
  }
}

/** The run's set-up, of which a link may carry fewer seeds and fewer layers. */
export const carriedExperiment = (experiment: Experiment, { seeds, icsLayers }: Carried): Experiment => ({
  ...structuredClone(experiment),
  seeds,
  icsLayers: [...icsLayers],
  activationLayers: [],
  randomDirections: 0,
  sharpnessIterations: 0,
  flatnessPoints: 0,
});

/** The variants of the first seeds. */
export const carriedVariants = ({ experiment, variants }: RunRecord, seeds: number): VariantRecord[] =>
  variants.filter(({ seed }) => seed < experiment.seed + seeds);
