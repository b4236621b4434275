/** Claims that compare networks: one number of each seed, read from the networks that play the parts. */
import { NORMALISATION_FACTS, type NormalisationId } from '../../experiment/variants.ts';
import type { RunRecord } from '../../record/record.ts';
import { medianOf } from '../bootstrap.ts';
import type { Amount, Words } from './claim.ts';
import { type Criterion, type Decision, decide } from './decision.ts';
import { type Cast, castsOf, needsNetworks } from './networks.ts';
import { amount, isRead, type Measure, type Reading } from './reading.ts';

/** The verdict over all seeds; `read` takes the networks in the order of `norms`. */
export function decideCasts(
  record: RunRecord,
  norms: readonly NormalisationId[],
  criterion: Criterion,
  read: (cast: Cast) => Reading,
): Decision {
  const casts = castsOf(record, norms);
  return decide(casts.length > 0 ? casts.map(read) : [needsNetworks(norms)], criterion);
}

/** “Standard ÷ BatchNorm”, which must be above 1. */
export const timesAsLarge = (above: NormalisationId, below: NormalisationId): Criterion => ({
  words: `${NORMALISATION_FACTS[above].label} ÷ ${NORMALISATION_FACTS[below].label}`,
  unit: 'times',
  above: 1,
});

/** From here on up a row shows only the networks that play a part in its claim. */
const MANY_NETWORKS = 4;

function listed({ experiment }: RunRecord, norms: readonly NormalisationId[]): string[] {
  const { variants } = experiment;
  if (variants.length < MANY_NETWORKS) return variants;
  const parts = new Set<string>(norms);
  return variants.filter((id) => parts.has(id.split(/[.@]/, 1)[0]!));
}

/** “Median width: 0.94 · 0.20 · 0.18”: a number of each network, its median over the seeds. */
export function eachNetwork(
  record: RunRecord,
  norms: readonly NormalisationId[],
  { words, unit, of }: Measure,
): Words[] {
  const amounts = listed(record, norms).flatMap((id): Amount[] => {
    const values = record.variants
      .filter((variant) => variant.id === id)
      .map(of)
      .filter(isRead);
    return values.length > 0 ? [amount(medianOf(values), unit, id)] : [];
  });
  if (amounts.length === 0) return [];
  return [[`${words}: `, ...amounts.flatMap((each, i) => (i === 0 ? [each] : [' · ', each]))]];
}
