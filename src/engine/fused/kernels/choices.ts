/**
 * What a layer chooses on a smooth piece of the loss (engine/model.ts), as kernels that keep to it read it: one word for four
 * channels, a byte each.
 *
 * Passes C [N][outH][outW][C/4]: 0 where ReLU lets nothing through, else 1 + the place in the output's window of what it passes.
 * Signs D [N][H][W][C/4]: ∂spread/∂y of l1 and linf but for its size: 0, 1, or 2 for −1.
 * choose.ts writes both.
 */
import type { Normalisation } from '../../../network/network.ts';
import type { Activation } from './activate.ts';
import { type LayerShape, outputSize, pixelsOf } from './shapes.ts';
import { read, type StorageBinding } from './wgsl.ts';

/** Whether the spread has kinks that are differentiated. */
export function isKinked(normalisation: Normalisation | null): boolean {
  if (!normalisation || normalisation.stopped) return false;
  return normalisation.statistic === 'l1' || normalisation.statistic === 'linf';
}

/** Words of the passes of a layer that is rectified, and of the signs of one whose spread has kinks. */
export function passesWords(shape: LayerShape): number {
  const { height, width } = outputSize(shape);
  return (shape.examples * height * width * shape.padded) / 4;
}
export const signsWords = (shape: LayerShape): number => (pixelsOf(shape) * shape.padded) / 4;

const READ_CHOICES = `
fn bytes_of(word: u32) -> vec4u { return (vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u); }
fn signs_of(word: u32) -> vec4f {
  let codes = bytes_of(word);
  return vec4f(codes & vec4u(1u)) - vec4f(codes >> vec4u(1u));
}`;

/** What a kernel has besides where it keeps to choices; nothing where it does not. */
export interface Keeping {
  passes: boolean;
  signs: boolean;
  bindings: StorageBinding[];
  /** WGSL functions that read them. */
  declarations: string;
  /** Of the kernel's name. */
  suffix: string;
}

/** How a kernel keeps to the choices that it `reads`. */
export function keeping(
  { onPiece, rectified, normalisation }: Pick<Activation, 'onPiece' | 'rectified' | 'normalisation'>,
  reads: readonly ('passes' | 'signs')[],
): Keeping {
  const passes = onPiece && rectified && reads.includes('passes');
  const signs = onPiece && isKinked(normalisation) && reads.includes('signs');
  return {
    ...{ passes, signs },
    bindings: [...(passes ? [read('C', 'u32')] : []), ...(signs ? [read('D', 'u32')] : [])],
    declarations: passes || signs ? READ_CHOICES : '',
    suffix: passes || signs ? ', on a piece' : '',
  };
}

/** WGSL: `value` where the output whose choice is `passes` passes place k of its window, else 0. */
export const ifPassed = (value: string, k: number): string =>
  `select(vec4f(), ${value}, passes == vec4u(${k + 1}u))`;
