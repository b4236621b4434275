/** At initialisation BatchNorm is the less smooth one. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import type { Claim, Words } from './claim.ts';
import { decideCasts, eachNetwork, timesAsLarge } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { edgeRatios } from './edges.ts';
import { castsOf } from './networks.ts';
import { upperEdges } from './probes.ts';
import { awaitStep, type Measure, missing, type Reading, ratioOf, stepWords } from './reading.ts';

const SHOWN = ['none', 'batch'] as const;

function edgeOf(variant: VariantRecord): Reading {
  const { step, gradientDifferenceAt } = variant.landscape;
  if (step[0] === undefined) return awaitStep([variant], 1);
  if (step[0] !== 0) return missing('This record has no probe at step 0.');
  return upperEdges(gradientDifferenceAt.slice(0, 1))[0]!;
}

const edgeAtStart: Measure = { words: 'At step 0 the gradient moves by', unit: 'number', of: edgeOf };

/** When Standard's gradient first moves further, in the first seed. */
function turnWords(record: RunRecord): Words[] {
  const [cast] = castsOf(record, SHOWN);
  if (!cast) return [];
  const { step, ratio } = edgeRatios(record, cast);
  const turn = ratio.findIndex((each) => each > 1);
  return turn > 0 ? [['Standard’s first moves further at step ', stepWords(step[turn]!)]] : [];
}

export const initialisation: Claim = {
  id: 'initialisation',
  kind: 'shown',
  statement: 'At initialisation BatchNorm is the less smooth one.',
  quote: null,
  source: 'Fig. 4(b) at step 0',
  statistic:
    'The upper edge of gradient predictiveness, the largest _‖g′ − g‖₂_ over the probe points, at step 0: BatchNorm’s divided by Standard’s.',
  rule: 'Agrees above 1, disagrees at 1 or below.',
  published: {
    vgg: 'BatchNorm 145, Standard 2.43; Standard’s moves further from step 200 (Fig. 4(b))',
    dln: 'BatchNorm 1.40 × 10⁶, Standard 1.56 × 10⁵ (Fig. 10(b))',
  },
  judge(record) {
    const neither = missing('Neither network’s edge is finite at step 0.');
    const decision = decideCasts(
      record,
      ['batch', 'none'],
      timesAsLarge('batch', 'none'),
      ([batch, standard]) => ratioOf(edgeOf(batch!), edgeOf(standard!), neither),
    );
    return outcomeOf([decision], [...eachNetwork(record, SHOWN, edgeAtStart), ...turnWords(record)]);
  },
};
