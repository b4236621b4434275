/** What a page of the lecture is: data, so that a lecturer can change it. The pages are in pages/, one file each. */
import type { ReactNode } from 'react';
import type { NormalisationId } from '../../experiment/variants.ts';
import type { RunRecord } from '../../record/record.ts';

/** What the record, or the page's own computation, answers. */
export interface Answer {
  /** Index of the option that is right here. */
  option: 0 | 1 | 2;
  /** The one number, large: “4.7×”. */
  number: string;
  /** What the number is. */
  words: string;
}

export interface LecturePage {
  /** In a few words, for the line at the top. */
  title: string;
  question: string;
  /** What the audience must know to predict. */
  lead: string;
  options: readonly [string, string, string];
  /** Takes the question's place once the curves are shown: one for each option. */
  findings: readonly [string, string, string];
  /** Null where the run shown cannot answer. */
  answer(record: RunRecord | null): Answer | null;
  /** Drawn from the start, and after the prediction; networks of other kinds stay away. Empty where it draws no run. */
  known: readonly NormalisationId[];
  predicted: readonly NormalisationId[];
  figure: (context: { record: RunRecord | null; isRevealed: boolean }) => ReactNode;
  /** Layers that must be measured for it. */
  layers?: 'icsLayers' | 'activationLayers';
  /** Id of the preset that L trains where what is asked would not answer. */
  preset: string;
}
