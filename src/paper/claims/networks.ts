/** Which networks of a record play the parts of a claim. */
import { NORMALISATION_FACTS, type NormalisationId, parseVariant } from '../../experiment/variants.ts';
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { type Missing, missing } from './reading.ts';

export type Cast = readonly VariantRecord[];

/** Normalised throughout, with its statistics in the gradient and γ, β trained: as in the paper. */
function isPlain({ id }: VariantRecord): boolean {
  const parsed = parseVariant(id);
  if (!parsed.ok) return false;
  const { placement, stoppedStatistics, frozenAffine } = parsed.value;
  return placement === 'all' && !stoppedStatistics && !frozenAffine;
}

/** The learning rates of a record's networks, that of the experiment first. */
export function learningRatesOf({ experiment, variants }: RunRecord): number[] {
  return [...new Set([experiment.learningRate, ...variants.map(({ learningRate }) => learningRate)])];
}

/** One cast a seed, in the order asked for, all at one learning rate; empty where a part cannot be filled. */
export function castsAt(
  { variants }: RunRecord,
  norms: readonly NormalisationId[],
  learningRate: number,
): Cast[] {
  const plain = variants.filter((variant) => variant.learningRate === learningRate && isPlain(variant));
  return [...new Set(plain.map(({ seed }) => seed))].flatMap((seed) => {
    const cast = norms.map((norm) => plain.find((one) => one.seed === seed && one.norm === norm));
    return cast.every((one) => one !== undefined) ? [cast] : [];
  });
}

/** One cast a seed at the first learning rate at which every part is played. */
export function castsOf(record: RunRecord, norms: readonly NormalisationId[]): Cast[] {
  for (const rate of learningRatesOf(record)) {
    const casts = castsAt(record, norms, rate);
    if (casts.length > 0) return casts;
  }
  return [];
}

/** “Needs the networks Standard and BatchNorm, at the same learning rate.” */
export function needsNetworks(norms: readonly NormalisationId[]): Missing {
  const labels = norms.map((norm) => NORMALISATION_FACTS[norm].label);
  const list = [labels.slice(0, -1).join(', '), labels.at(-1)].filter(Boolean).join(' and ');
  return missing(
    labels.length === 1
      ? `Needs the network ${list}.`
      : `Needs the networks ${list}, at the same learning rate.`,
  );
}
