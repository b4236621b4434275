/**
 * How a network's flat vectors lie on the device: channels padded to multiples of four, every tensor at a multiple of 64
 * floats, so that it can be bound by itself. Padding holds zeros: norms and inner products do not notice it.
 */
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import { roundUp } from './kernels/wgsl.ts';

/** Storage bindings begin at multiples of 256 bytes on every device. */
const ALIGNMENT_FLOATS = 64;

export interface DeviceTensor {
  offset: number;
  /** With padding, without alignment. */
  size: number;
}

export interface DeviceLayout {
  /** Floats of a parameter vector. */
  size: number;
  tensors: Map<ParameterTensor, DeviceTensor>;
  /** Floats of the running statistics, and where each layer's mean and spread begin. */
  statisticsSize: number;
  statistics: (DeviceTensor | null)[];
  /** Device position of every number of the network's own layout. */
  positions: Uint32Array;
  statisticsPositions: Uint32Array;
}

/** Inputs on the device. An image's single channel stays single: the first layer has kernels for it. */
export function paddedInputs(
  { layer }: NetworkLayer,
  layers: readonly NetworkLayer[],
  index: number,
): number {
  if (layer.kind === 'convolution') return index === 0 && layer.inputs === 1 ? 1 : roundUp(layer.inputs, 4);
  const channels = index === 0 ? layer.inputs : layers[index - 1]!.layer.outputs;
  return (layer.inputs / channels) * roundUp(channels, 4);
}

export function deviceLayout(network: Network): DeviceLayout {
  const tensors = new Map<ParameterTensor, DeviceTensor>();
  const positions = new Uint32Array(network.size);
  const statistics: (DeviceTensor | null)[] = [];
  const statisticsPositions = new Uint32Array(network.statisticsSize);
  let size = 0;
  let statisticsSize = 0;
  for (const [index, built] of network.layers.entries()) {
    const { outputs, inputs } = built.layer;
    const paddedOutputs = roundUp(outputs, 4);
    const inputsOnDevice = paddedInputs(built, network.layers, index);
    const channels =
      index === 0 || built.layer.kind === 'convolution' ? inputs : network.layers[index - 1]!.layer.outputs;
    const place = (tensor: ParameterTensor | null, floats: number, position: (i: number) => number): void => {
      if (!tensor) return;
      tensors.set(tensor, { offset: size, size: floats });
      for (let i = 0; i < tensor.size; i++) positions[tensor.offset + i] = size + position(i);
      size += roundUp(floats, ALIGNMENT_FLOATS);
    };
    const window = built.layer.kind === 'convolution' ? 9 : 1;
    place(built.kernel, window * inputsOnDevice * paddedOutputs, (i) => {
      const [output, row] = [i % outputs, Math.floor(i / outputs)];
      const [input, tap] = [row % inputs, Math.floor(row / inputs)];
      const [channel, pixel] = [input % channels, Math.floor(input / channels)];
      const inputPosition = pixel * (inputsOnDevice / (inputs / channels)) + channel;
      return (tap * inputsOnDevice + inputPosition) * paddedOutputs + output;
    });
    for (const tensor of [built.gamma, built.beta, built.bias]) place(tensor, paddedOutputs, (i) => i);
    if (built.statisticsOffset === null) statistics.push(null);
    else {
      statistics.push({ offset: statisticsSize, size: 2 * paddedOutputs });
      for (let i = 0; i < 2 * outputs; i++)
        statisticsPositions[built.statisticsOffset + i] =
          statisticsSize + Math.floor(i / outputs) * paddedOutputs + (i % outputs);
      statisticsSize += roundUp(2 * paddedOutputs, ALIGNMENT_FLOATS);
    }
  }
  return { size, tensors, statisticsSize, statistics, positions, statisticsPositions };
}

/** Numbers in the network's layout, spread over the device's. */
export function toDevice(
  values: Float32Array,
  positions: Uint32Array,
  size: number,
): Float32Array<ArrayBuffer> {
  const spread = new Float32Array(size);
  for (let i = 0; i < positions.length; i++) spread[positions[i]!] = values[i]!;
  return spread;
}

export function fromDevice(spread: Float32Array, positions: Uint32Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) values[i] = spread[positions[i]!]!;
  return values;
}
