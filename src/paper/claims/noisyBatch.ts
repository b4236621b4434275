/** BatchNorm with noise after it still trains faster than Standard, though its activations are less stable. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim, Words } from './claim.ts';
import { decideCasts, eachNetwork, timesAsLarge } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { overLayers } from './layers.ts';
import type { Cast } from './networks.ts';
import { tooFewProbes } from './probes.ts';
import { type Measure, missing, type Reading, ratioOf } from './reading.ts';
import { speedOf, speedRatio } from './speed.ts';

const SHOWN = ['none', 'batch', 'noisy-batch'] as const;
const SPEED_ALONE: Words = ['Decided on speed alone: the drift needs layers under “Layers for activations”.'];

const layersOf = ({ experiment }: RunRecord): number[] => [...experiment.activationLayers.keys()];

/** Median change of an activation's mean from one probe to the next, in one layer; infinite where it diverged. */
function driftIn(record: RunRecord, variant: VariantRecord, index: number): Reading {
  const means = variant.activations.layers[index]?.mean ?? [];
  if (variant.divergedAt !== null) return Number.POSITIVE_INFINITY;
  const few = tooFewProbes(record, [variant], [means.length]);
  if (few) return few;
  const changes = means.slice(1).map((mean, i) => Math.abs(mean - means[i]!));
  return median(changes.map((change) => (Number.isNaN(change) ? Number.POSITIVE_INFINITY : change)));
}

const drift = (record: RunRecord): Measure => ({
  words: 'Mean moves a probe by',
  unit: 'number',
  of: (variant) => overLayers(layersOf(record), (index) => driftIn(record, variant, index)),
});

function driftRatio(record: RunRecord, [noisy, standard]: Cast): Reading {
  const neither = missing('Both networks diverged.');
  return overLayers(layersOf(record), (index) =>
    ratioOf(driftIn(record, noisy!, index), driftIn(record, standard!, index), neither),
  );
}

export const noisyBatch: Claim = {
  id: 'noisy-batch',
  kind: 'claim',
  statement: 'With noise after it, BatchNorm still trains faster, though its activations drift more.',
  quote:
    'qualitatively less stable distributions than even the standard, non-BatchNorm network, yet it still performs better in terms of training',
  source: 'Figs. 2 and 8(a), p. 3–4, 15',
  statistic:
    'Speed as in the first row: Standard’s divided by Noisy BatchNorm’s. Drift: the median change of an example unit’s mean from one probe to the next, Noisy BatchNorm’s divided by Standard’s, median over the measured layers.',
  rule: 'Agrees if both are above 1, disagrees if either is at 1 or below.',
  published: {
    vgg: '1,900 against 700 steps (Fig. 2); mean moves by 0.27, Standard’s by 0.032 (Fig. 8(a))',
  },
  judge(record) {
    const speed = decideCasts(
      record,
      ['none', 'noisy-batch'],
      timesAsLarge('none', 'noisy-batch'),
      ([standard, noisy]) => speedRatio(record, standard!, noisy!),
    );
    const findings = eachNetwork(record, SHOWN, speedOf(record));
    if (layersOf(record).length === 0) return outcomeOf([speed], findings, [SPEED_ALONE]);
    const drifts = decideCasts(
      record,
      ['noisy-batch', 'none'],
      { ...timesAsLarge('noisy-batch', 'none'), words: 'Drift, Noisy BatchNorm ÷ Standard' },
      (cast) => driftRatio(record, cast),
    );
    return outcomeOf([speed, drifts], [...findings, ...eachNetwork(record, SHOWN, drift(record))]);
  },
};
