/** Which networks of a record the figures show, each with its colour, dash and marker, and with all of its seeds. */
import type { Experiment } from '../../experiment/experiment.ts';
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { type Identity, identitiesOf } from '../identity.ts';

/** A network as one seed trained it. */
export interface SeedShown {
  identity: Identity;
  variant: VariantRecord;
  experiment: Experiment;
}

/** A network; `variant` is that of its first seed. */
export interface Shown extends SeedShown {
  /** One or more. */
  seeds: readonly SeedShown[];
}

/** The networks of the record, without the hidden ones; identities do not depend on what is hidden. */
export function shownIn(record: RunRecord, hidden: readonly string[]): Shown[] {
  const { experiment, variants } = record;
  return identitiesOf(experiment.variants)
    .filter(({ id }) => !hidden.includes(id))
    .flatMap((identity) => {
      const seeds = variants
        .filter(({ id }) => id === identity.id)
        .map((variant) => ({ identity, variant, experiment }));
      return seeds[0] ? [{ ...seeds[0], seeds }] : [];
    });
}

/** Standard where it is shown, else the first network: the one that the others are compared with. */
export function referenceIn<T extends SeedShown>(shown: readonly T[]): T | null {
  return shown.find(({ variant }) => variant.norm === 'none') ?? shown[0] ?? null;
}

/** BatchNorm where it is shown, else the first network that is not the reference. */
export function comparedIn<T extends SeedShown>(shown: readonly T[]): T | null {
  const reference = referenceIn(shown);
  return (
    shown.find(({ variant }) => variant.norm === 'batch') ??
    shown.find((candidate) => candidate !== reference) ??
    null
  );
}
