/** Distributions of activations as ridges: one row a recorded step, all rows of a panel on one axis. */
import type { Experiment } from '../../experiment/experiment.ts';
import type { ActivationLayer } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { StepRange } from '../../store/state.ts';
import { formatValue } from '../format.ts';
import { type Axis, axisAround } from './axis.ts';
import { holds } from './range.ts';
import { indexAt } from './search.ts';
import { meanOverSeeds } from './seeds.ts';
import { comparedIn, referenceIn, type SeedShown, type Shown } from './shown.ts';
import { nameEach } from './words.ts';

type Histogram = ActivationLayer['histogram'][number];

/** More rows than this would cover each other. */
const MOST_ROWS = 16;
/** Where a density is drawn, from one end of the axis to the other. */
export const POINTS = 72;
/** What lies beyond these shares of the activations may lie beyond the axis. */
const TAIL = 0.004;
/** Networks share an axis as long as each of them fills so much of it. */
const LEAST_SHARE = 0.25;

/** The steps that get a row: all that are recorded in a range, or evenly chosen among them, the first and the last included. */
export function ridgeSteps(
  { steps, probeEvery }: Pick<Experiment, 'steps' | 'probeEvery'>,
  range: StepRange | null = null,
): number[] {
  const all = Array.from({ length: Math.floor(steps / probeEvery) + 1 }, (_, i) => i * probeEvery);
  if (all.at(-1) !== steps) all.push(steps);
  const recorded = all.filter((step) => holds(range, step));
  if (recorded.length === 0) return all.slice(-1);
  const count = Math.min(MOST_ROWS, recorded.length);
  const chosen = Array.from({ length: count }, (_, i) =>
    Math.round((i * (recorded.length - 1)) / Math.max(1, count - 1)),
  );
  return chosen.map((index) => recorded[index]!);
}

export interface Ridge {
  step: number;
  /** Density at `POINTS` places of the axis, in units of 1 / the width of the axis; mean over the seeds. */
  density: readonly number[];
  /** Each seed's, where there are several. */
  single: readonly (readonly number[])[];
  /** From the smallest to the largest of them, place by place. */
  range: { low: readonly number[]; high: readonly number[] } | null;
}

export interface RidgePanelData extends Shown {
  x: Axis;
  /** One entry a planned step; null where nothing finite is recorded yet. */
  ridges: (Ridge | null)[];
  /** Density that is drawn as high as two rows are apart. */
  unit: number;
}

const layerOf = ({ variant }: SeedShown, index: number): ActivationLayer | undefined =>
  variant.activations.layers[index];

function histogramAt(seed: SeedShown, index: number, step: number): Histogram | null {
  const at = seed.variant.activations.step.indexOf(step);
  const found = at < 0 ? undefined : layerOf(seed, index)?.histogram[at];
  return found && Number.isFinite(found.low) && found.high > found.low ? found : null;
}

/** What is recorded of a seed at a step, bin by bin; the outer bins hold what lies beyond them too. */
export function binsAt(
  seed: SeedShown,
  layerIndex: number,
  step: number,
): { from: number; to: number; share: number }[] {
  const found = histogramAt(seed, layerIndex, step);
  if (!found) return [];
  const { low, high, counts } = found;
  const total = counts.reduce((a, b) => a + b, 0);
  const edge = (bin: number): number => low + ((high - low) * bin) / counts.length;
  return counts.map((count, bin) => ({ from: edge(bin), to: edge(bin + 1), share: count / total }));
}

/** The value below which a share of the activations lies. */
function quantile({ low, high, counts }: Histogram, share: number): number {
  const wanted = share * counts.reduce((a, b) => a + b, 0);
  let below = 0;
  const bin = counts.findIndex((count) => {
    below += count;
    return below > wanted;
  });
  const edge = share < 0.5 ? Math.max(0, bin) : (bin < 0 ? counts.length : bin) + 1;
  return low + ((high - low) * edge) / counts.length;
}

/** The density at places of an axis, linear between the middles of bins, 0 outside of them. */
export function densityOn({ low, high, counts }: Histogram, [from, to]: readonly [number, number]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const width = (high - low) / counts.length;
  const perBin = (to - from) / (total * width);
  return Array.from({ length: POINTS }, (_, i) => {
    const place = (from + ((to - from) * i) / (POINTS - 1) - low) / width - 0.5;
    const bin = Math.floor(place);
    const part = place - bin;
    return perBin * ((counts[bin] ?? 0) * (1 - part) + (counts[bin + 1] ?? 0) * part);
  });
}

/** From the smallest to the largest value that counts, over all rows and seeds of a network. */
function rangeOf({ seeds }: Shown, index: number, steps: readonly number[]): [number, number] | null {
  const found = seeds.flatMap((seed) => steps.flatMap((step) => histogramAt(seed, index, step) ?? []));
  if (found.length === 0) return null;
  return [
    Math.min(...found.map((one) => quantile(one, TAIL))),
    Math.max(...found.map((one) => quantile(one, 1 - TAIL))),
  ];
}

/** One axis for all networks where that leaves each of them enough room; otherwise each has its own. */
function axesOf(ranges: readonly ([number, number] | null)[]): (Axis | null)[] {
  const known = ranges.filter((range) => range !== null);
  const low = Math.min(...known.map((range) => range[0]));
  const high = Math.max(...known.map((range) => range[1]));
  const fits = known.every(([from, to]) => (to - from) / (high - low) >= LEAST_SHARE);
  return ranges.map((range) => {
    if (!range) return known.length > 0 && fits ? axisAround(low, high, 'linear') : null;
    return fits ? axisAround(low, high, 'linear') : axisAround(range[0], range[1], 'linear');
  });
}

function ridgeAt(one: Shown, index: number, step: number, domain: Axis['domain']): Ridge | null {
  const single = one.seeds.flatMap((seed) => {
    const histogram = histogramAt(seed, index, step);
    return histogram ? [densityOn(histogram, domain)] : [];
  });
  if (single.length === 0) return null;
  const at = single[0]!.map((_, i) => single.map((each) => each[i]!));
  const density = at.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  if (single.length === 1) return { step, density, single: [], range: null };
  const range = {
    low: at.map((values) => Math.min(...values)),
    high: at.map((values) => Math.max(...values)),
  };
  return { step, density, single, range };
}

/** How high a row is without its narrow peaks, which come from pixels that are all alike. */
const bodyOf = ({ density }: Ridge): number => [...density].sort((a, b) => b - a)[4] ?? 0;

const EMPTY_AXIS = axisAround(-3, 3, 'linear');

/** The panels of one layer, in the order of the networks. */
export function ridgePanels(
  shown: readonly Shown[],
  layerIndex: number,
  range: StepRange | null = null,
): RidgePanelData[] {
  const [first] = shown;
  if (!first) return [];
  const steps = ridgeSteps(first.experiment, range);
  const axes = axesOf(shown.map((one) => rangeOf(one, layerIndex, steps)));
  const isShared = new Set(axes.map((axis) => axis?.domain.join())).size === 1;
  const panels = shown.map((one, i) => {
    const x = axes[i] ?? EMPTY_AXIS;
    return { ...one, x, ridges: steps.map((step) => ridgeAt(one, layerIndex, step, x.domain)), unit: 1 };
  });
  const unitOf = (rows: readonly (Ridge | null)[]): number =>
    median(rows.flatMap((ridge) => (ridge ? [bodyOf(ridge)] : []))) || 1;
  const shared = unitOf(panels.flatMap(({ ridges }) => ridges));
  return panels.map((panel) => ({ ...panel, unit: isShared ? shared : unitOf(panel.ridges) }));
}

export const shareAxis = (panels: readonly RidgePanelData[]): boolean =>
  new Set(panels.map(({ x }) => x.domain.join())).size < 2;

/** Mean and standard deviation of a layer's activations at the last recording up to a step; means over the seeds. */
export function momentsAt(
  one: Pick<Shown, 'seeds'>,
  layerIndex: number,
  step: number,
): { mean: number; deviation: number } | null {
  const at = (of: (layer: ActivationLayer, index: number) => number): number =>
    meanOverSeeds(one, (seed) => {
      const index = indexAt(seed.variant.activations.step, step);
      const layer = layerOf(seed, layerIndex);
      return index === null || !layer ? Number.NaN : of(layer, index);
    });
  const mean = at((layer, index) => layer.mean[index]!);
  if (Number.isNaN(mean)) return null;
  return { mean, deviation: at((layer, index) => Math.sqrt(layer.variance[index]!)) };
}

/** How the spread goes from the first recording to the last. */
export function ridgesReading(shown: readonly Shown[], layerIndex: number): string | null {
  const many = shown.length > 3;
  const named = many ? [referenceIn(shown), comparedIn(shown)].filter((one) => one !== null) : shown;
  const spreads = [...new Set(named)].flatMap((one) => {
    const [first, last] = [0, Number.POSITIVE_INFINITY].map((step) => momentsAt(one, layerIndex, step));
    if (!first || !last) return [];
    const words = `from ${formatValue(first.deviation)} to ${formatValue(last.deviation)}`;
    return [{ label: one.identity.name, words }];
  });
  if (spreads.length === 0 || (shown[0]?.variant.activations.step.length ?? 0) < 2) return null;
  return `The standard deviation goes, first to last: ${nameEach(spreads)}.`;
}
