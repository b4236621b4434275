/** BatchNorm does not reduce internal covariate shift, by either of the two measures that the paper plots. */
import type { IcsLayer, RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import { overLayers } from './layers.ts';
import type { Cast } from './networks.ts';
import { tooFewProbes } from './probes.ts';
import { isRead, missing, type Reading, ratioOf } from './reading.ts';

const SHOWN = ['none', 'batch'] as const;
const PARTS = ['batch', 'none'] as const;
/** BatchNorm's difference counts as lower from here on down. */
const LOWER_DIFFERENCE = 0.8;
/** BatchNorm's cosine counts as higher from here on up. */
const HIGHER_COSINE = 0.1;

type Column = keyof Omit<IcsLayer, 'layer'>;

/** Before layer 1 lies nothing: it has no covariate shift. */
function layersOf({ experiment }: RunRecord): number[] {
  return experiment.icsLayers.flatMap((layer, index) => (layer > 1 ? [index] : []));
}

/** The median over the finite values of all probes. From where a network has diverged, the measure has none. */
function medianIn(record: RunRecord, variant: VariantRecord, index: number, column: Column): Reading {
  const values = (variant.ics.layers[index]?.[column] ?? []).filter(Number.isFinite);
  const few = tooFewProbes(record, [variant], [values.length]);
  if (!few) return median(values);
  return variant.divergedAt === null ? few : missing('A network diverged before it could be measured.');
}

function differenceRatio(record: RunRecord, [batch, standard]: Cast): Reading {
  const neither = missing('The measure has no value in this run.');
  return overLayers(layersOf(record), (index) =>
    ratioOf(medianIn(record, batch!, index, 'l2'), medianIn(record, standard!, index, 'l2'), neither),
  );
}

function cosineExcess(record: RunRecord, [batch, standard]: Cast): Reading {
  return overLayers(layersOf(record), (index) => {
    const above = medianIn(record, batch!, index, 'cosine');
    const below = medianIn(record, standard!, index, 'cosine');
    if (!isRead(above)) return above;
    return isRead(below) ? above - below : below;
  });
}

const measure = (record: RunRecord, words: string, column: Column) => ({
  words,
  unit: 'number' as const,
  of: (variant: VariantRecord) =>
    overLayers(layersOf(record), (index) => medianIn(record, variant, index, column)),
});

export const covariateShift: Claim = {
  id: 'covariate-shift',
  kind: 'claim',
  statement: 'BatchNorm does not reduce internal covariate shift.',
  quote: 'similar, or even worse',
  source: 'Definition 2.1, Fig. 3, p. 4–5',
  statistic:
    'In each measured layer after the first, the medians over all probes of the ℓ₂ difference and of the cosine of _G_ and _G′_. The ratio of the differences, BatchNorm’s to Standard’s, and the difference of the cosines, BatchNorm’s − Standard’s; of each the median over the layers.',
  rule: `Agrees if the ratio is above ${LOWER_DIFFERENCE} and the cosine higher by less than ${HIGHER_COSINE}; disagrees if either is not, because BatchNorm then has less covariate shift.`,
  published: {
    vgg: 'layer 5: ℓ₂ 0.871 against Standard’s 0.739, cosine 0.51 against 0.56 (Fig. 3(a), η = 0.1)',
    dln: 'layer 9: ℓ₂ 878 against Standard’s 621, cosine 0.90 against 0.93 (Fig. 3(b), η = 10⁻⁶)',
  },
  judge(record) {
    if (layersOf(record).length === 0)
      return undecided('Needs a layer after the first under “Layers for covariate shift”.');
    const difference = decideCasts(
      record,
      PARTS,
      { words: 'ℓ₂ difference, BatchNorm ÷ Standard', unit: 'times', above: LOWER_DIFFERENCE },
      (cast) => differenceRatio(record, cast),
    );
    const cosine = decideCasts(
      record,
      PARTS,
      { words: 'Cosine, BatchNorm − Standard', unit: 'number', below: HIGHER_COSINE },
      (cast) => cosineExcess(record, cast),
    );
    return outcomeOf(
      [difference, cosine],
      [
        ...eachNetwork(record, SHOWN, measure(record, 'Median ℓ₂ difference', 'l2')),
        ...eachNetwork(record, SHOWN, measure(record, 'Median cosine', 'cosine')),
      ],
    );
  },
};
