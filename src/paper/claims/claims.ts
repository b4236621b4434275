/** All claims in the order of the paper, then what its figures show without saying so; and what a run makes of them. */
import type { RunRecord } from '../../record/record.ts';
import type { Claim, Outcome, Verdict } from './claim.ts';
import { covariateShift } from './covariateShift.ts';
import { early } from './early.ts';
import { edgeOfStability } from './edgeOfStability.ts';
import { faster } from './faster.ts';
import { flatMinima } from './flatMinima.ts';
import { initialisation } from './initialisation.ts';
import { learningRates } from './learningRates.ts';
import { lossBand } from './lossBand.ts';
import { lpNorms } from './lpNorms.ts';
import { noisyBatch } from './noisyBatch.ts';
import { noisyStandard } from './noisyStandard.ts';
import { peak } from './peak.ts';
import { predictiveness } from './predictiveness.ts';
import { saturation } from './saturation.ts';
import { fineSmoothness, smoothness } from './smoothness.ts';
import { theorems } from './theorems.ts';
import { weightPenalty } from './weightPenalty.ts';

export const CLAIMS: readonly Claim[] = [
  faster,
  noisyBatch,
  lossBand,
  predictiveness,
  early,
  covariateShift,
  smoothness,
  fineSmoothness,
  lpNorms,
  noisyStandard,
  learningRates,
  flatMinima,
  theorems,
  initialisation,
  peak,
  saturation,
  edgeOfStability,
  weightPenalty,
];

export interface Judged {
  claim: Claim;
  outcome: Outcome;
}

export function judgeAll(record: RunRecord): Judged[] {
  return CLAIMS.map((claim) => ({ claim, outcome: claim.judge(record) }));
}

export type Tally = Record<Verdict, number>;

export function tallyOf(judged: readonly Judged[]): Tally {
  const tally: Tally = { agrees: 0, disagrees: 0, open: 0, elsewhere: 0 };
  for (const { outcome } of judged) tally[outcome.verdict]++;
  return tally;
}
