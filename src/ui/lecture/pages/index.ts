/** The pages in the order in which they are shown. */
import type { LecturePage } from '../page.ts';
import { train } from './01-train.tsx';
import { oldExplanation } from './02-old-explanation.tsx';
import { noise } from './03-noise.tsx';
import { covariateShift } from './04-covariate-shift.tsx';
import { landscape } from './05-landscape.tsx';
import { predictiveness } from './06-predictiveness.tsx';
import { smoothness } from './07-smoothness.tsx';
import { otherNorms } from './08-other-norms.tsx';
import { theory } from './09-theory.tsx';
import { ownData } from './10-own-data.tsx';

export const LECTURE_PAGES: readonly LecturePage[] = [
  train,
  oldExplanation,
  noise,
  covariateShift,
  landscape,
  predictiveness,
  smoothness,
  otherNorms,
  theory,
  ownData,
];
