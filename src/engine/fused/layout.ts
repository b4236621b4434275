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

/** Where each number of a vector in the network's own layout lies on the device. */
export interface Places {
  positions: Uint32Array;
  /** Numbers that follow one another in both layouts; null where most stretches are so short that each number is copied by itself. */
  stretches: Stretch[] | null;
}

interface Stretch {
  /** In the network's layout, and on the device. */
  from: number;
  at: number;
  length: number;
}

export interface DeviceLayout {
  /** Floats of a parameter vector. */
  size: number;
  tensors: Map<ParameterTensor, DeviceTensor>;
  /** Floats of the running statistics, and where each layer's mean and spread begin. */
  statisticsSize: number;
  statistics: (DeviceTensor | null)[];
  places: Places;
  statisticsPlaces: Places;
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
  const places = placesOf(positions);
  return {
    size,
    tensors,
    statisticsSize,
    statistics,
    places,
    statisticsPlaces: placesOf(statisticsPositions),
  };
}

/** On average; shorter ones are not worth a call each. */
const SHORTEST_STRETCH = 64;

function placesOf(positions: Uint32Array): Places {
  const stretches: Stretch[] = [];
  const most = Math.ceil(positions.length / SHORTEST_STRETCH);
  for (let from = 0; from < positions.length; ) {
    if (stretches.length === most) return { positions, stretches: null };
    const at = positions[from]!;
    let length = 1;
    while (positions[from + length] === at + length) length++;
    stretches.push({ from, at, length });
    from += length;
  }
  return { positions, stretches };
}

/** Numbers in the network's layout, spread over the device's. */
export function toDevice(
  values: Float32Array,
  { positions }: Places,
  size: number,
): Float32Array<ArrayBuffer> {
  const spread = new Float32Array(size);
  for (let i = 0; i < positions.length; i++) spread[positions[i]!] = values[i]!;
  return spread;
}

/** The same backwards, into `values`. */
export function fromDevice(
  values: Float32Array,
  spread: Float32Array,
  { positions, stretches }: Places,
): void {
  if (stretches)
    for (const { from, at, length } of stretches) values.set(spread.subarray(at, at + length), from);
  else for (let i = 0; i < positions.length; i++) values[i] = spread[positions[i]!]!;
}
