/** The ℓp norms do what BatchNorm does: each of them trains faster than Standard, along a narrower loss band. */
import { NORMALISATION_FACTS, type NormalisationId } from '../../experiment/variants.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Claim, Words } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import { medianWidth, widthRatio } from './lossBand.ts';
import { type Cast, castsOf } from './networks.ts';
import { leastOf } from './reading.ts';
import { speedOf, speedRatio } from './speed.ts';

const ALL = ['l1', 'l2', 'linf'] as const satisfies NormalisationId[];

/** The norms that can be compared with Standard in this record. */
const presentIn = (record: RunRecord): NormalisationId[] =>
  ALL.filter((norm) => castsOf(record, ['none', norm]).length > 0);

function absentWords(present: readonly NormalisationId[]): Words[] {
  const absent = ALL.filter((norm) => !present.includes(norm)).map((norm) => NORMALISATION_FACTS[norm].label);
  return absent.length > 0 ? [[`Decided without ${absent.join(' and ')}.`]] : [];
}

export const lpNorms: Claim = {
  id: 'lp-norms',
  kind: 'claim',
  statement: 'Normalising by ℓₚ norms does it too.',
  quote: 'all the normalization strategies offer comparable performance to BatchNorm',
  source: '§3.3, Figs. 5 and 12, p. 7–8, 17',
  statistic:
    'Speed and median band width as in the rows above, Standard’s divided by those of the ℓ₁, ℓ₂ and ℓ∞ network; of each the smallest ratio.',
  rule: 'Agrees if both are above 1 for every ℓₚ network of the run, disagrees if one of them is at 1 or below.',
  published: {
    vgg: 'ℓ₁ 400, ℓ₂ 400, ℓ∞ 500 steps, Standard 1,900; widths 0.178, 0.138, 0.080, Standard 0.943 (Figs. 5(a), 12(b))',
    dln: 'ℓ₁ 101, ℓ₂ 483, ℓ∞ 987, Standard 1,661, but ℓ₁’s band is wider at the median: 2.03 × 10⁴ against 1.71 × 10⁴ (Figs. 5(b), 13(b))',
  },
  judge(record) {
    const present = presentIn(record);
    if (present.length === 0) return undecided('Needs Standard and an ℓₚ network: ℓ₁, ℓ₂ or ℓ∞.');
    const norms = ['none', ...present] as const;
    const least = (ratio: typeof speedRatio) => (cast: Cast) =>
      leastOf(cast.slice(1).map((one) => ratio(record, cast[0]!, one)));
    const faster = decideCasts(
      record,
      norms,
      { words: 'Smallest ratio of speed', unit: 'times', above: 1 },
      least(speedRatio),
    );
    const narrower = decideCasts(
      record,
      norms,
      { words: 'Smallest ratio of widths', unit: 'times', above: 1 },
      least(widthRatio),
    );
    const findings = [speedOf(record), medianWidth(record)].flatMap((measure) =>
      eachNetwork(record, norms, measure),
    );
    return outcomeOf([faster, narrower], findings, absentWords(present));
  },
};
