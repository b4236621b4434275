/**
 * Shapes on the device. Channels are padded to multiples of four, so that every kernel works on vec4f; padded channels
 * hold zeros everywhere. Inputs of convolutions and gradients of their outputs lie in buffers with a halo of one pixel,
 * [N][H + 2][W + 2][C], whose border nobody writes: it stays zero, and no convolution tests for edges.
 */
import type { ConvolutionShape } from './convolution.ts';
import { roundUp } from './wgsl.ts';

/** One layer's output before pooling. Dense layers have height and width 1. */
export interface LayerShape {
  examples: number;
  height: number;
  width: number;
  /** Channels of the network, and on the device. */
  channels: number;
  padded: number;
  pooled: boolean;
}

export function layerShape(
  examples: number,
  height: number,
  width: number,
  channels: number,
  pooled: boolean,
): LayerShape {
  return { examples, height, width, channels, padded: roundUp(channels, 4), pooled };
}

export const pixelsOf = ({ examples, height, width }: LayerShape): number => examples * height * width;

/** Of a 3x3 convolution, and of either of its gradients. */
export const convolutionFlops = ({ examples, height, width, inputs, outputs }: ConvolutionShape): number =>
  2 * 9 * examples * height * width * inputs * outputs;

/** Height and width after pooling, odd sizes rounded up. */
export function outputSize({ height, width, pooled }: LayerShape): { height: number; width: number } {
  return pooled ? { height: Math.ceil(height / 2), width: Math.ceil(width / 2) } : { height, width };
}

/** Floats in a buffer of the layer's output before pooling, with or without a halo. */
export function floatsBeforePooling({ examples, height, width, padded }: LayerShape, halo: boolean): number {
  return halo ? examples * (height + 2) * (width + 2) * padded : examples * height * width * padded;
}

/** Floats in a buffer of the layer's output, with or without a halo. */
export function floatsOfOutput(shape: LayerShape, halo: boolean): number {
  return floatsBeforePooling({ ...shape, ...outputSize(shape) }, halo);
}
