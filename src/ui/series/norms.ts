/** Norms layer by layer: of gradients and weights, and the effective learning rate η/‖W‖² that follows from them. */
import { formatCount, formatValue } from '../format.ts';
import type { Column } from './line.ts';
import type { ColumnOf } from './lineData.ts';
import { indexAt } from './search.ts';
import { meanOverSeeds } from './seeds.ts';
import { comparedIn, type SeedShown, type Shown } from './shown.ts';
import { nameEach, times } from './words.ts';

export type LayerQuantity = 'gradient' | 'weight' | 'rate';

function valueAt(
  { variant }: SeedShown,
  { weight, gradient }: { weight: number[]; gradient: number[] },
  index: number,
  quantity: LayerQuantity,
): number {
  switch (quantity) {
    case 'gradient':
      return gradient[index]!;
    case 'weight':
      return weight[index]!;
    case 'rate':
      return variant.learningRate / weight[index]! ** 2;
    default:
      return quantity satisfies never;
  }
}

/** One value a layer, layers counted from 1, at the last probe up to a step. */
export function profileColumn(quantity: LayerQuantity, step: number): ColumnOf {
  return (seed): Column => {
    const { norms } = seed.variant;
    const index = indexAt(norms.step, step);
    if (index === null) return { step: [], value: [] };
    return {
      step: norms.layers.map(({ layer }) => layer),
      value: norms.layers.map((layer) => valueAt(seed, layer, index, quantity)),
    };
  };
}

/** One value a probe, of one layer counted from 1. */
export function layerColumn(quantity: LayerQuantity, layer: number): ColumnOf {
  return (seed): Column => {
    const { norms } = seed.variant;
    const one = norms.layers[layer - 1];
    if (!one) return { step: [], value: [] };
    if (quantity !== 'rate') return { step: norms.step, value: one[quantity] };
    return { step: norms.step, value: norms.step.map((_, i) => valueAt(seed, one, i, quantity)) };
  };
}

const meanAt = (one: Shown, columnOf: ColumnOf, layer: number): number =>
  meanOverSeeds(one, (seed) => columnOf(seed).value[layer - 1] ?? Number.NaN);

/** At the start: the first layer's gradient against that of the last layer but one, whose shape is like its own. */
export function gradientProfileReading(shown: readonly Shown[]): string | null {
  const columnOf = profileColumn('gradient', 0);
  const depth = shown[0]?.variant.norms.layers.length ?? 0;
  if (depth < 3) return null;
  const ratios = shown.map((one) => ({
    label: one.identity.name,
    ratio: meanAt(one, columnOf, 1) / meanAt(one, columnOf, depth - 1),
  }));
  ratios.sort((a, b) => b.ratio - a.ratio);
  const named = ratios.map(({ label, ratio }) => ({ label, words: `${times(ratio)} times` }));
  return `At step 0 layer 1’s gradient is, against layer ${depth - 1}’s, as long: ${nameEach(named)}.`;
}

const together = ({ variant: { norms } }: SeedShown, index: number): number =>
  Math.hypot(...norms.layers.map(({ weight }) => weight.at(index)!));

export function weightProfileReading(shown: readonly Shown[]): string | null {
  if ((shown[0]?.variant.norms.step.length ?? 0) < 2) return null;
  const growths = shown.map((one) => ({
    label: one.identity.name,
    growth: meanOverSeeds(one, (seed) => together(seed, -1) / together(seed, 0)),
  }));
  growths.sort((a, b) => b.growth - a.growth);
  const named = growths.map(({ label, growth }) => ({ label, words: `${growth.toFixed(2)} times` }));
  return `All weights together have grown: ${nameEach(named)}.`;
}

/** Of BatchNorm, where it is shown: between which layers its effective learning rates lie at the end. */
export function rateProfileReading(shown: readonly Shown[]): string | null {
  const one = comparedIn(shown) ?? shown[0];
  const step = one?.variant.norms.step.at(-1);
  if (!one || step === undefined) return null;
  const columnOf = profileColumn('rate', step);
  const rates = one.variant.norms.layers.map(({ layer }) => ({ layer, rate: meanAt(one, columnOf, layer) }));
  rates.sort((a, b) => a.rate - b.rate);
  const [least, most] = [rates[0], rates.at(-1)];
  if (!least || !most) return null;
  return `At step ${formatCount(step)} ${one.identity.name} has between ${formatValue(least.rate)} in layer ${least.layer} and ${formatValue(most.rate)} in layer ${most.layer}.`;
}

/** Of one layer: its value at the first probe and at the last. */
export function layerReading(shown: readonly Shown[], quantity: LayerQuantity, layer: number): string | null {
  const columnOf = layerColumn(quantity, layer);
  const ends = shown.flatMap((one) => {
    const at = (index: number): number =>
      meanOverSeeds(one, (seed) => columnOf(seed).value.at(index) ?? Number.NaN);
    const [first, last] = [at(0), at(-1)];
    if (Number.isNaN(first)) return [];
    return [{ label: one.identity.name, words: `from ${formatValue(first)} to ${formatValue(last)}` }];
  });
  return ends.length === 0 || columnOf(shown[0]!).step.length < 2
    ? null
    : `It goes, first to last: ${nameEach(ends)}.`;
}
