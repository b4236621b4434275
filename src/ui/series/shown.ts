/** Which networks of a record the figures show, each with its colour, dash and marker. */
import type { Experiment } from '../../experiment/experiment.ts';
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { type Identity, identitiesOf } from '../identity.ts';

export interface Shown {
  identity: Identity;
  variant: VariantRecord;
  experiment: Experiment;
}

/** The networks of the record's first seed, without the hidden ones; identities do not depend on what is hidden. */
export function shownIn(record: RunRecord, hidden: readonly string[]): Shown[] {
  const { variants: ids, seed } = record.experiment;
  const identities = new Map(identitiesOf(ids).map((identity) => [identity.id, identity]));
  return record.variants.flatMap((variant) => {
    const identity = identities.get(variant.id);
    return identity && variant.seed === seed && !hidden.includes(variant.id)
      ? [{ identity, variant, experiment: record.experiment }]
      : [];
  });
}

/** Standard where it is shown, else the first network: the one that the others are compared with. */
export function referenceIn(shown: readonly Shown[]): Shown | null {
  return shown.find(({ variant }) => variant.norm === 'none') ?? shown[0] ?? null;
}

/** BatchNorm where it is shown, else the first network that is not the reference. */
export function comparedIn(shown: readonly Shown[]): Shown | null {
  const reference = referenceIn(shown);
  return (
    shown.find(({ variant }) => variant.norm === 'batch') ??
    shown.find((candidate) => candidate !== reference) ??
    null
  );
}
