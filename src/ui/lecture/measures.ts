/** What the pages of the lecture compute from a record. */
import { decimal } from '../../experiment/decimal.ts';
import type { NormalisationId } from '../../experiment/variants.ts';
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import { compareEdges, type Pair } from '../series/edgeRatios.ts';
import type { Answer } from './page.ts';

/** Closer than this counts as “about the same”. */
const SAME = 1.1;

/** A number of every network of a kind at the experiment's own learning rate, the mean over seeds; NaN where there is none. */
export function networkValue(
  record: RunRecord,
  norm: NormalisationId,
  measure: (variant: VariantRecord) => number,
): number {
  const found = record.variants.filter((variant) => variant.id === norm);
  return found.reduce((sum, variant) => sum + measure(variant), 0) / found.length;
}

/** How many times the second network's number is the first one's, and which of more, about the same, less that is. */
export function compare(
  record: RunRecord | null,
  [first, second]: readonly [NormalisationId, NormalisationId],
  measure: (variant: VariantRecord) => number,
  words: (ratio: number) => string,
): Answer | null {
  if (!record) return null;
  return answerOf(networkValue(record, second, measure) / networkValue(record, first, measure), words);
}

function answerOf(ratio: number, words: (ratio: number) => string): Answer | null {
  if (!(ratio > 0 && Number.isFinite(ratio))) return null;
  const option = ratio > SAME ? 0 : ratio < 1 / SAME ? 2 : 1;
  return { option, number: `${timesWords(Math.max(ratio, 1 / ratio))}×`, words: words(ratio) };
}

/** 1.04, 4.7, 23, 1,240. */
function timesWords(ratio: number): string {
  if (ratio >= 100) return decimal(Math.round(ratio));
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(ratio < 2 ? 2 : 1);
}

/** Median width of the band of losses along the gradient. */
export const bandWidth = ({ landscape }: VariantRecord): number =>
  median(landscape.lossAt.map((losses) => Math.max(...losses) - Math.min(...losses)));

/** How many times as far as Standard's BatchNorm's gradient moves: the number that the figure's reading gives, turned where it says that Standard's moves further. */
export function comparePredictiveness(record: RunRecord | null): Answer | null {
  const variants = record?.variants ?? [];
  const pairs = variants.flatMap((reference): Pair[] => {
    const compared = variants.find(({ id, seed }) => id === 'batch' && seed === reference.seed);
    return reference.id === 'none' && compared ? [[reference, compared]] : [];
  });
  const edges = compareEdges(pairs);
  return (
    edges &&
    answerOf(
      edges.isTurned ? edges.median : 1 / edges.median,
      () => 'median over the probes of the ratio of the bands’ upper edges, the larger to the smaller',
    )
  );
}

export const beta = ({ landscape }: VariantRecord): number => median(landscape.beta);
export const fineBeta = ({ landscape }: VariantRecord): number => median(landscape.fine.beta);

/** Median shift of the deepest layer measured. */
export const deepestShift = ({ ics }: VariantRecord): number => median(ics.layers.at(-1)?.l2 ?? []);

/** Mean over all steps, which is high for networks that learn early and well; NaN before the first step. */
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
export const meanAccuracy = ({ train }: VariantRecord): number => mean(train.accuracy);

/** Median of the training loss over the last tenth of the run. */
export const lastLoss = ({ train }: VariantRecord): number =>
  median(train.loss.slice(-Math.max(1, Math.round(train.loss.length / 10))));

/** How far from its first value the mean activation of the deepest layer measured has come at most. */
export const meanDrift = ({ activations }: VariantRecord): number => {
  const means = activations.layers.at(-1)?.mean ?? [];
  return Math.max(...means.map((value) => Math.abs(value - means[0]!)));
};
