/** How a network is recognised in every figure: colour, dash and marker, fixed for its normalisation for ever. */
import {
  NORMALISATION_FACTS,
  type NormalisationId,
  type Variant,
  variantLabel,
  variantsOf,
} from '../experiment/variants.ts';

export type MarkerShape =
  | 'circle'
  | 'square'
  | 'triangle'
  | 'diamond'
  | 'wedge'
  | 'cross'
  | 'right'
  | 'left'
  | 'star';

export interface Identity {
  /** The variant's id in experiments and records. */
  id: string;
  label: string;
  /** For narrow places. */
  short: string;
  /** For lists in sentences: the label, unless it holds a comma itself. */
  name: string;
  /** A CSS colour. */
  colour: string;
  dash: string;
  marker: MarkerShape;
  /** A second network of the same normalisation has a hollow marker and a thinner line. */
  hollow: boolean;
}

const DASHES: Record<NormalisationId, string> = {
  none: '',
  batch: '9 3',
  'noisy-batch': '9 3 2 3',
  l1: '5 3',
  l2: '2 2.5',
  linf: '12 3 2 3 2 3',
  layer: '14 4',
  group: '6 3 6 3 1.5 3',
  'noisy-none': '4 2 1.5 2',
};

const MARKERS: Record<NormalisationId, MarkerShape> = {
  none: 'circle',
  batch: 'square',
  'noisy-batch': 'triangle',
  l1: 'diamond',
  l2: 'wedge',
  linf: 'cross',
  layer: 'right',
  group: 'left',
  'noisy-none': 'star',
};

/** The colour of a normalisation; every further pair of the same normalisation is mixed with more ink. */
function colourOf(norm: NormalisationId, rank: number): string {
  const colour = `var(--series-${norm})`;
  const ink = Math.min(3, rank >> 1) * 25;
  return ink === 0 ? colour : `color-mix(in oklab, ${colour}, var(--ink) ${ink}%)`;
}

function shortLabel(variant: Variant): string {
  const notes = [
    variant.placement === 'last' ? 'last' : null,
    typeof variant.placement === 'number' ? `layer ${variant.placement}` : null,
    variant.stoppedStatistics ? 'stopped' : null,
    variant.frozenAffine ? 'frozen' : null,
    variant.learningRate === null ? null : `η ${variant.learningRate}`,
  ].filter((note) => note !== null);
  return [NORMALISATION_FACTS[variant.norm].short, ...notes].join(' ');
}

export function identityOf(norm: NormalisationId): Identity {
  return identitiesOf([norm])[0]!;
}

/** One identity for each variant, all distinct. */
export function identitiesOf(ids: readonly string[]): Identity[] {
  const seen = new Map<NormalisationId, number>();
  return variantsOf(ids).map((variant) => {
    const rank = seen.get(variant.norm) ?? 0;
    seen.set(variant.norm, rank + 1);
    const [label, short] = [variantLabel(variant), shortLabel(variant)];
    return {
      id: variant.id,
      label,
      short,
      name: label.includes(',') ? short : label,
      colour: colourOf(variant.norm, rank),
      dash: DASHES[variant.norm],
      marker: MARKERS[variant.norm],
      hollow: rank % 2 === 1,
    };
  });
}
