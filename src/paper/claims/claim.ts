/** What a claim is, and what a run says about it. */
import type { RunRecord } from '../../record/record.ts';

export type Unit = 'steps' | 'number' | 'percent' | 'times';

/** One number. It may be infinite; it is never NaN. */
export interface Amount {
  /** The id of the variant whose number it is; null where it belongs to none. */
  network: string | null;
  value: number;
  unit: Unit;
}

/** A sentence in pieces. */
export type Words = readonly (string | Amount)[];

/** `elsewhere`: no run decides it. */
export type Verdict = 'agrees' | 'disagrees' | 'open' | 'elsewhere';

export interface Outcome {
  verdict: Verdict;
  /** What this run gives. */
  findings: Words[];
  /** Why it is open, or what the verdict does not say. */
  notes: Words[];
  /** How many seeds it rests on. */
  seeds: number;
}

/** What the paper's own data gave for the same statistic, for its image networks and for its deep linear network. */
export interface Published {
  vgg: string;
  dln?: string;
}

/** In texts, words between underscores are mathematics. */
export interface Claim {
  id: string;
  /** Stated by the paper, or shown by its figures without being said. */
  kind: 'claim' | 'shown';
  /** In our words. */
  statement: string;
  /** The paper's words. */
  quote: string | null;
  source: string;
  /** The statistic that decides, exactly. */
  statistic: string;
  /** The threshold, fixed before any data. */
  rule: string;
  published: Published;
  judge(record: RunRecord): Outcome;
}
