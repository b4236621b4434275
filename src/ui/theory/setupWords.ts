/** The set-up in the words of a sentence. */

import { formatNumber } from '../../experiment/read.ts';
import type { AffineKind, DownstreamKind, TheoryKey, TheorySetup } from '../../paper/theory/setup.ts';

export const DOWNSTREAM_WORDS: Record<DownstreamKind, { name: string; detail: string }> = {
  relu: { name: 'ReLU layers', detail: 'two, then cross-entropy' },
  tanh: { name: 'tanh layers', detail: 'two, then cross-entropy; not convex' },
  batch: { name: 'tanh layers and a BatchNorm', detail: 'samples mix: a full Hessian' },
  linear: { name: 'one linear layer', detail: 'then cross-entropy; convex' },
  squared: { name: 'one linear layer, squared error', detail: 'constant Hessian' },
};

export const AFFINE_WORDS: Record<AffineKind, { name: string; detail: string }> = {
  same: { name: 'the same for every unit', detail: 'β = 0' },
  restoring: { name: 'γ = σ and β = μ', detail: 'Observation 4.3' },
};

/** What the sentence says for one setting. */
export function setupWord(key: TheoryKey, setup: TheorySetup): string {
  switch (key) {
    case 'samples':
      return `${setup.samples} samples`;
    case 'units':
      return `${setup.units} units`;
    case 'downstream':
      return DOWNSTREAM_WORDS[setup.downstream].name;
    case 'affine':
    case 'gamma':
      return setup.affine === 'restoring' ? 'γ = σ, β = μ' : `γ = ${formatNumber(setup.gamma)}`;
    case 'scale':
      return formatNumber(setup.scale);
    case 'distance':
      return formatNumber(setup.distance);
    case 'seed':
      return String(setup.seed);
    default:
      return key satisfies never;
  }
}
