/** The gradient's difference against the distance walked along it: one line a probe (Fig. 11). */
import { decimal } from '../../experiment/decimal.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { variantsOf } from '../../experiment/variants.ts';
import type { Landscape } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import { formatValue, joinWords } from '../format.ts';
import { type Axis, axisAround, type Scale } from './axis.ts';
import type { EdgeMark, ReadAt } from './drawn.ts';
import { indexAt } from './search.ts';
import { overSeeds } from './seeds.ts';
import type { SeedShown, Shown } from './shown.ts';
import { nameEach, times } from './words.ts';

/** As many lines as the paper draws. */
const MOST_LINES = 50;
/** Step sizes that span more than this call for logarithmic axes. */
const MANY_SIZES = 50;

export interface DistanceLine {
  /** The step of training. */
  step: number;
  /** 0 for the first probe of the run, 1 for the last. */
  age: number;
  /** Step sizes η′ in ascending order, and ‖g′ − g‖ at each. */
  size: number[];
  difference: number[];
}

/** The mean over the seeds, and at every step size their range. */
export interface MeanLine extends DistanceLine {
  /** Over the finite values. */
  low: readonly number[];
  /** Infinity where a value is not finite. */
  high: readonly number[];
}

/** A link carries only the smallest and the largest value of a probe, which say nothing about distances. */
const wholeRow = ({ stepSizes }: Landscape, row: readonly number[]): readonly number[] =>
  row.length === stepSizes.length ? row : [];

/** The paper's and our fine points of one probe, in the order of their step sizes. */
function lineAt({ variant, experiment }: SeedShown, index: number): DistanceLine {
  const { landscape } = variant;
  const { fine } = landscape;
  const row = wholeRow(landscape, landscape.gradientDifferenceAt[index]!);
  const points = [
    ...landscape.stepSizes.map((size, i) => ({ size, value: row[i] ?? Number.NaN })),
    ...fine.stepSizes.map((size, i) => ({
      size,
      value: fine.gradientDifferenceAt[index]?.[i] ?? Number.NaN,
    })),
  ].sort((a, b) => a.size - b.size);
  const step = landscape.step[index]!;
  return {
    step,
    age: step / experiment.steps,
    size: points.map((point) => point.size),
    difference: points.map((point) => point.value),
  };
}

/** At most 50 probes of one seed, evenly chosen. */
function linesOf(seed: SeedShown): DistanceLine[] {
  const { length } = seed.variant.landscape.step;
  const stride = Math.ceil(length / MOST_LINES);
  return Array.from({ length: Math.ceil(length / stride) }, (_, i) => lineAt(seed, i * stride));
}

/** Mean and range over the seeds that were probed at the same step. */
function meanLines(lists: readonly (readonly DistanceLine[])[]): MeanLine[] {
  const longest = lists.reduce((a, b) => (b.length > a.length ? b : a));
  return longest.map((line) => {
    const same = lists.flatMap((list) => list.find(({ step }) => step === line.step) ?? []);
    const { value, low, high } = overSeeds(
      same.map(({ size, difference: value }) => ({ step: size, value })),
    );
    return { ...line, difference: [...value], low, high };
  });
}

export interface DistancePanel extends Shown {
  lines: MeanLine[];
  /** Each seed's, where there are several. */
  single: DistanceLine[];
}

export function distancePanels(shown: readonly Shown[]): DistancePanel[] {
  return shown.map((one) => {
    const lists = one.seeds.map(linesOf);
    return { ...one, lines: meanLines(lists), single: lists.length > 1 ? lists.flat() : [] };
  });
}

/** The line of the last probe up to a step. */
export function lineUpTo({ lines }: DistancePanel, step: number): MeanLine | null {
  const index = indexAt(
    lines.map((line) => line.step),
    step,
  );
  return index === null ? null : lines[index]!;
}

/** Both axes are linear, or logarithmic where the paper's step sizes span decades. */
export function distanceScale({ probeSteps }: Pick<Experiment, 'probeSteps'>): Scale {
  return Math.max(...probeSteps) / Math.min(...probeSteps) > MANY_SIZES ? 'log' : 'linear';
}

/** Holds every step size η′ that the experiment asks for, at every learning rate. */
export function sizeAxis(experiment: Experiment): Axis {
  const { probeSteps, fineSteps, learningRate, variants } = experiment;
  const rates = variantsOf(variants).map((variant) => variant.learningRate ?? learningRate);
  const sizes = rates.flatMap((rate) => [...probeSteps, ...fineSteps].map((multiple) => multiple * rate));
  return axisAround(Math.min(...sizes), Math.max(...sizes), distanceScale(experiment));
}

/** Every value that is drawn. */
export function distanceValues(panels: readonly DistancePanel[]): number[][] {
  return panels.flatMap(({ lines, single }) => [...lines, ...single].map(({ difference }) => difference));
}

/** Step sizes at which a difference is not finite, or has no logarithm, in any of the lines. */
export function distanceMarks({ identity, lines }: DistancePanel, scale: Scale): EdgeMark[] {
  const found = new Map<string, EdgeMark>();
  for (const { size, difference } of lines)
    for (const [i, value] of difference.entries()) {
      const edge = edgeOf(value, scale);
      if (edge) found.set(`${edge} ${size[i]}`, { identity, step: size[i]!, edge });
    }
  return [...found.values()];
}

function edgeOf(value: number, scale: Scale): EdgeMark['edge'] | null {
  if (!Number.isFinite(value)) return 'top';
  return scale === 'log' && value <= 0 ? 'bottom' : null;
}

/** In words: where a difference is infinite or not a number. */
export function distanceNote(marks: readonly EdgeMark[]): string {
  const top = [...new Set(marks.filter(({ edge }) => edge === 'top').map(({ step }) => step))];
  if (top.length === 0) return '';
  const sizes = top.sort((a, b) => a - b).map((size) => formatValue(size));
  return `△ at the upper edge: not finite (Inf) at η′ = ${joinWords(sizes)}.`;
}

/** Reads the line of the last probe up to a step of training, at its step size nearest to the wanted one. */
export function readDistances(panel: DistancePanel, upTo: number): ReadAt {
  return (wanted) => {
    const line = lineUpTo(panel, upTo);
    if (!line) return null;
    const nearest = line.size.reduce(
      (best, size, i) => (Math.abs(size - wanted) < Math.abs(line.size[best]! - wanted) ? i : best),
      0,
    );
    const values = [
      line.difference[nearest]!,
      ...panel.single.filter(({ step }) => step === line.step).map(({ difference }) => difference[nearest]!),
    ];
    const [mean, ...single] = values.map(formatValue);
    const range = `${formatValue(Math.min(...values.slice(1)))} – ${formatValue(Math.max(...values.slice(1)))}`;
    const text = single.length > 1 ? `${mean} (${range})` : mean!;
    return { step: line.size[nearest]!, rows: [{ identity: panel.identity, text, values: [values[0]!] }] };
  };
}

/** How much the difference grows from the smallest to the largest of the paper's steps: in proportion, or less. */
export function distancesReading(shown: readonly Shown[]): string | null {
  const growths = shown.flatMap((one) => {
    const ratios = one.seeds.flatMap(({ variant }) =>
      variant.landscape.gradientDifferenceAt
        .map((row) => wholeRow(variant.landscape, row))
        .map((row) => (row.at(-1) ?? Number.NaN) / (row[0] ?? Number.NaN)),
    );
    const growth = median(ratios);
    return ratios.length < 3 || Number.isNaN(growth) ? [] : [{ label: one.identity.name, growth }];
  });
  const multiples = shown[0]?.experiment.probeSteps ?? [];
  if (growths.length === 0 || multiples.length < 2) return null;
  growths.sort((a, b) => b.growth - a.growth);
  const named = growths.map(({ label, growth }) => ({ label, words: `${times(growth)} times` }));
  const proportion = decimal(Number((multiples.at(-1)! / multiples[0]!).toPrecision(3)));
  return `The largest step is ${proportion} times the smallest; the difference grows, at the median: ${nameEach(named)}.`;
}
