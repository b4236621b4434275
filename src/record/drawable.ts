/** What a record that was read must be like for every figure to be drawn: columns that belong together, planes that are square. */
import type { FlatnessRecord, ProbeGrid, VariantRecord } from './record.ts';

type List = readonly unknown[];

/** A column may be missing altogether. */
const differ = (step: List, ...columns: List[]): boolean =>
  columns.some(({ length }) => length !== step.length && length !== 0);

const columnsOf = (grid: ProbeGrid | undefined): List[] =>
  grid ? [grid.lossAt, grid.gradientDifferenceAt, grid.beta] : [];

function hasUnevenColumns(variant: VariantRecord): boolean {
  const { train, test, landscape, ics, activations, norms, sharpness } = variant;
  return (
    differ(train.step, train.loss, train.accuracy) ||
    differ(test.step, test.loss, test.accuracy) ||
    differ(landscape.step, landscape.loss, landscape.gradientNorm) ||
    [landscape, landscape.fine, landscape.random].some((grid) =>
      differ(landscape.step, ...columnsOf(grid)),
    ) ||
    differ(ics.step, ...ics.layers.flatMap(({ l2, cosine }) => [l2, cosine])) ||
    differ(
      activations.step,
      ...activations.layers.flatMap((one) => [one.mean, one.variance, one.histogram]),
    ) ||
    differ(norms.step, ...norms.layers.flatMap(({ weight, gradient }) => [weight, gradient])) ||
    differ(sharpness.step, sharpness.eigenvalue, sharpness.errorBound)
  );
}

/** Square, with the end point in its middle and points around it. */
const isWhole = ({ at: { length }, line, plane }: FlatnessRecord): boolean =>
  length >= 3 &&
  length % 2 === 1 &&
  line.length === length &&
  plane.length === length &&
  plane.every((row) => row.length === length);

/** In words; null where there is none. */
export function damageOf(variants: readonly VariantRecord[]): string | null {
  const uneven = variants.find(hasUnevenColumns);
  if (uneven) return `columns of “${uneven.id}” that belong together differ in length.`;
  const measured = variants.filter(({ flatness }) => flatness);
  const side = measured[0]?.flatness?.at.length;
  const torn = measured.find(({ flatness }) => !isWhole(flatness!) || flatness!.at.length !== side);
  return torn ? `the loss around the end point of “${torn.id}” is not a whole square.` : null;
}

/** The column, or where it is missing as many values that are not known. */
const known = (step: List, column: number[]): number[] =>
  column.length === step.length ? column : step.map(() => Number.NaN);

const knownRows = (step: List, rows: number[][]): number[][] =>
  rows.length === step.length ? rows : step.map(() => []);

const knownGrid = <T extends ProbeGrid>(step: List, grid: T): T => ({
  ...grid,
  lossAt: knownRows(step, grid.lossAt),
  gradientDifferenceAt: knownRows(step, grid.gradientDifferenceAt),
  beta: known(step, grid.beta),
});

/** With every column as long as its steps; error bounds may be missing, and histograms. */
export function completed(variant: VariantRecord): VariantRecord {
  const { train, test, landscape, ics, activations, norms, sharpness } = variant;
  const { step, random } = landscape;
  return {
    ...variant,
    train: { ...train, loss: known(train.step, train.loss), accuracy: known(train.step, train.accuracy) },
    test: { ...test, loss: known(test.step, test.loss), accuracy: known(test.step, test.accuracy) },
    landscape: {
      ...knownGrid(step, landscape),
      loss: known(step, landscape.loss),
      gradientNorm: known(step, landscape.gradientNorm),
      fine: knownGrid(step, landscape.fine),
      ...(random && { random: knownGrid(step, random) }),
    },
    ics: {
      ...ics,
      layers: ics.layers.map((one) => ({
        ...one,
        l2: known(ics.step, one.l2),
        cosine: known(ics.step, one.cosine),
      })),
    },
    activations: {
      ...activations,
      layers: activations.layers.map((one) => ({
        ...one,
        mean: known(activations.step, one.mean),
        variance: known(activations.step, one.variance),
      })),
    },
    norms: {
      ...norms,
      layers: norms.layers.map((one) => ({
        ...one,
        weight: known(norms.step, one.weight),
        gradient: known(norms.step, one.gradient),
      })),
    },
    sharpness: { ...sharpness, eigenvalue: known(sharpness.step, sharpness.eigenvalue) },
  };
}
