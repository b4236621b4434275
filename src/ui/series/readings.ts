/** One sentence under each figure's title, computed from the record and from nothing else. */
import { median, runningMedian } from '../../record/statistics.ts';
import { formatCount, formatPercent, formatValue, joinWords } from '../format.ts';
import { bandOf } from './band.ts';
import type { EdgeMark } from './drawn.ts';
import { compareEdges, FEWEST_PROBES, type Pair } from './edgeRatios.ts';
import type { Column } from './line.ts';
import { type ColumnOf, drawnLine } from './lineData.ts';
import { meanOverSeeds } from './seeds.ts';
import { comparedIn, referenceIn, type SeedShown, type Shown } from './shown.ts';
import { smoothingOf } from './smooth.ts';
import { MOST_NAMED, nameEach, possessive, times } from './words.ts';

export function landscapeReading(shown: readonly Shown[]): string | null {
  const reference = referenceIn(shown);
  const compared = comparedIn(shown);
  if (!reference || reference.variant.landscape.step.length < FEWEST_PROBES) return null;
  const widthOf = ({ variant }: SeedShown): number =>
    bandOf(variant.id, variant.landscape.step, variant.landscape.lossAt).medianWidth;
  const width = meanOverSeeds(reference, widthOf);
  if (!compared || compared === reference)
    return `The median width of ${possessive(reference.identity.name)} band is ${formatValue(width)}.`;
  const other = meanOverSeeds(compared, widthOf);
  const [wide, narrow] = width >= other ? [reference, compared] : [compared, reference];
  const ratio = Math.max(width, other) / Math.min(width, other);
  if (!Number.isFinite(width) && !Number.isFinite(other))
    return `At the median, neither ${possessive(wide.identity.name)} band nor ${possessive(narrow.identity.name)} has a finite width.`;
  if (!Number.isFinite(ratio))
    return `At the median, ${possessive(wide.identity.name)} band has no finite width; ${possessive(narrow.identity.name)} is ${formatValue(Math.min(width, other))} wide.`;
  return `At the median, ${possessive(wide.identity.name)} band is ${times(ratio)} times as wide as ${possessive(narrow.identity.name)}.`;
}

/** Seed by seed, as far as both were trained with them. */
const pairsOf = (reference: Shown, compared: Shown): Pair[] =>
  reference.seeds.flatMap(({ variant }, i): Pair[] => {
    const other = compared.seeds[i]?.variant;
    return other ? [[variant, other]] : [];
  });

export function predictivenessReading(shown: readonly Shown[]): string | null {
  const reference = referenceIn(shown);
  const compared = comparedIn(shown);
  if (!reference || !compared || compared === reference) return null;
  const edges = compareEdges(pairsOf(reference, compared));
  if (!edges) return null;
  const [upper, lower] = edges.isTurned ? [compared, reference] : [reference, compared];
  return `${possessive(upper.identity.name)} gradient moves ${times(edges.median)} times as far as ${possessive(lower.identity.name)} at the median, ${times(edges.peak)} times at the peak.`;
}

/** Within this share of 1/η′_min the measure cannot tell more. */
const SATURATION = 0.02;

export function smoothnessReading(shown: readonly Shown[]): string | null {
  const measured = shown.filter(({ variant }) => variant.landscape.beta.length >= FEWEST_PROBES);
  if (measured.length === 0) return null;
  const all = measured.flatMap(({ seeds }) => seeds);
  const rests = all.every(({ variant: { landscape } }) => {
    const limit = 1 / landscape.stepSizes[0]!;
    const near = landscape.beta.filter((beta) => Math.abs(beta / limit - 1) <= SATURATION);
    return near.length >= landscape.beta.length / 2;
  });
  const { stepSizes } = measured[0]!.variant.landscape;
  if (rests)
    return `At most probes all rest at ${formatValue(1 / stepSizes[0]!)}, where these steps can tell no more.`;
  const lowest = (of: (one: SeedShown) => number[]): string => {
    const medianOf = (one: Shown): number => meanOverSeeds(one, (seed) => median(of(seed)));
    const best = measured.reduce((a, b) => (medianOf(b) < medianOf(a) ? b : a));
    return `${best.identity.name} (${formatValue(medianOf(best))})`;
  };
  const coarse = lowest(({ variant }) => variant.landscape.beta);
  if (measured.some(({ variant }) => variant.landscape.fine.beta.every(Number.isNaN)))
    return `The median is lowest for ${coarse}.`;
  return `The median is lowest for ${coarse}; over the fine steps for ${lowest(({ variant }) => variant.landscape.fine.beta)}.`;
}

/** The medians over the run, each network in its turn. */
export function medianReading(
  shown: readonly Shown[],
  valuesOf: (seed: SeedShown) => readonly number[],
): string | null {
  const medians = shown
    .filter((one) => valuesOf(one).length >= FEWEST_PROBES)
    .map((one) => ({
      label: one.identity.name,
      value: meanOverSeeds(one, (seed) => median(valuesOf(seed))),
    }))
    .sort((x, y) => y.value - x.value);
  if (medians.length === 0) return null;
  return `At the median: ${nameEach(medians.map(({ label, value }) => ({ label, words: formatValue(value) })))}.`;
}

const THRESHOLDS = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];

/** The boldest line of a network: running medians, of several seeds their mean. */
function boldLine(one: Shown, columnOf: ColumnOf): Column {
  const { series } = drawnLine(one, columnOf, 'step');
  return series.smooth ?? series.raw;
}

const trainingAccuracy: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.accuracy });

/** The first step at which the running median of the training accuracy reaches a threshold, or null. */
function stepsToAccuracy(one: Shown, threshold: number): number | null {
  const calm = boldLine(one, trainingAccuracy);
  const found = calm.value.findIndex((accuracy) => accuracy >= threshold);
  return found < 0 ? null : calm.step[found]!;
}

export function trainingAccuracyReading(shown: readonly Shown[]): string | null {
  const trained = shown.filter(({ variant }) => variant.train.accuracy.some(Number.isFinite));
  if (trained.length === 0 || trained.every(({ variant }) => variant.train.step.length < 9)) return null;
  const needed = Math.min(2, trained.length);
  for (const threshold of THRESHOLDS) {
    const reached = trained.flatMap((one) => {
      const step = stepsToAccuracy(one, threshold);
      return step === null ? [] : [{ label: one.identity.name, step }];
    });
    if (reached.length < needed) continue;
    const words = reached
      .sort((a, b) => a.step - b.step)
      .map(({ label, step }, i) => `${label}${i === 0 ? ' reaches' : ''} ${stepWords(threshold, step, i)}`);
    return `${joinWords(words)}.`;
  }
  return `No two networks have reached ${THRESHOLDS.at(-1)! * 100}% yet.`;
}

const stepWords = (threshold: number, step: number, rank: number): string =>
  rank === 0 ? `${threshold * 100}% at step ${formatCount(step)}` : `at ${formatCount(step)}`;

/** The last values of all networks, best first; of several seeds the mean of those that have not diverged. */
function lastValues(
  shown: readonly Shown[],
  columnOf: ColumnOf,
  best: 'highest' | 'lowest',
  write: (value: number) => string,
): string | null {
  const ends = shown.flatMap((one) => {
    const alive = one.seeds.filter(({ variant }) => one.seeds.length === 1 || variant.divergedAt === null);
    const value = meanOverSeeds({ seeds: alive }, (seed) => columnOf(seed).value.at(-1) ?? Number.NaN);
    return Number.isNaN(value) ? [] : [{ label: one.identity.name, value, step: columnOf(one).step.at(-1)! }];
  });
  if (ends.length === 0) return null;
  ends.sort((a, b) => (best === 'highest' ? b.value - a.value : a.value - b.value));
  const step = Math.max(...ends.map((end) => end.step));
  const named = ends.map(({ label, value }) => ({ label, words: write(value) }));
  return `At step ${formatCount(step)}: ${nameEach(named)}.`;
}

export function testAccuracyReading(shown: readonly Shown[]): string | null {
  const column: ColumnOf = ({ variant: { test } }) => ({ step: test.step, value: test.accuracy });
  return lastValues(shown, column, 'highest', (share) => `${formatPercent(share)}%`);
}

export function testLossReading(shown: readonly Shown[]): string | null {
  const column: ColumnOf = ({ variant: { test } }) => ({ step: test.step, value: test.loss });
  return lastValues(shown, column, 'lowest', formatValue);
}

/** Of the running median, because single minibatches scatter. */
export function trainingLossReading(shown: readonly Shown[]): string | null {
  const column: ColumnOf = ({ variant: { train }, experiment }) => {
    const { length } = train.loss;
    const last = length === 0 ? [] : [length - 1];
    return {
      step: train.step.slice(-1),
      value: runningMedian(train.loss, smoothingOf(experiment, 'step').window, last),
    };
  };
  return lastValues(shown, column, 'lowest', formatValue);
}

export function covariateShiftReading(shown: readonly Shown[], layerIndex: number): string | null {
  const reference = referenceIn(shown);
  const compared = comparedIn(shown);
  const l2Of = ({ variant }: SeedShown): number[] => variant.ics.layers[layerIndex]?.l2 ?? [];
  const medianOf = (one: Shown): number => meanOverSeeds(one, (seed) => median(l2Of(seed)));
  if (!reference || l2Of(reference).length < FEWEST_PROBES) return null;
  const { layer } = reference.variant.ics.layers[layerIndex]!;
  if (layer === 1) return 'Nothing lies before layer 1, so its covariate shift is exactly 0.';
  const value = medianOf(reference);
  if (!compared || compared === reference)
    return `The gradient of layer ${layer} moves by ${formatValue(value)} at the median.`;
  const other = medianOf(compared);
  const [more, less] = value >= other ? [reference, compared] : [compared, reference];
  return `In layer ${layer} ${possessive(more.identity.name)} gradient moves more than ${possessive(less.identity.name)} (median ${formatValue(Math.max(value, other))} against ${formatValue(Math.min(value, other))}).`;
}

/** The medians of the cosine, each network in its turn. */
export function covariateShiftCosineReading(shown: readonly Shown[], layerIndex: number): string | null {
  return medianReading(shown, ({ variant }) => variant.ics.layers[layerIndex]?.cosine ?? []);
}

/** “Standard at step 120 and BatchNorm at steps 0, 10, 20 and 4 more”. */
function markedSteps(marks: readonly EdgeMark[], edge: EdgeMark['edge']): string {
  const here = marks.filter((mark) => mark.edge === edge);
  const names = [...new Set(here.map(({ identity }) => identity.name))];
  const words = names.map((name) => {
    const steps = here.filter(({ identity }) => identity.name === name).map(({ step }) => step);
    return `${name} at ${stepList(steps)}`;
  });
  return joinWords(words);
}

/** What cannot be drawn at its height: names each network with the steps at which it has its mark. */
export function edgeNote(marks: readonly EdgeMark[]): string {
  const [top, bottom] = [markedSteps(marks, 'top'), markedSteps(marks, 'bottom')];
  return [
    top && `△ at the upper edge: not finite, ${top}.`,
    bottom && `▽ at the lower edge: 0 or less, which has no place on a log scale, ${bottom}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function stepList(steps: readonly number[]): string {
  const more = steps.length - MOST_NAMED;
  const first = steps.slice(0, MOST_NAMED).map(formatCount).join(', ');
  return `${steps.length === 1 ? 'step' : 'steps'} ${first}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
