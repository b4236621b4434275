/** What a network text means: its layers with their shapes. No tensors, no parameters. */
import { DATASETS } from './datasets.ts';
import { decimal } from './decimal.ts';
import type { DatasetId } from './experiment.ts';

const MAX_LAYERS = 40;
const MAX_WIDTH = 4096;
const MAX_DEEP_LINEAR_WIDTH = 64;

/** 3x3 convolution, stride 1, zero padding 'same', no bias; then normalisation, ReLU and, where pooled, 2x2 max pooling. */
export interface ConvolutionLayer {
  kind: 'convolution';
  name: string;
  height: number;
  width: number;
  inputs: number;
  outputs: number;
  pooled: boolean;
  normalised: true;
}

export interface DenseLayer {
  kind: 'dense';
  name: string;
  inputs: number;
  outputs: number;
  normalised: boolean;
  rectified: boolean;
  biased: boolean;
}

export type Layer = ConvolutionLayer | DenseLayer;

export interface Architecture {
  /** Height, width, channels of one example. */
  input: readonly [number, number, number];
  layers: Layer[];
  loss: 'cross-entropy' | 'squared-error';
}

export type NetworkText =
  | { kind: 'vgg'; blocks: (number | 'M')[]; hidden: number[] }
  | { kind: 'dln'; depth: number; width: number };

export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string };

const bad = (message: string): { ok: false; message: string } => ({ ok: false, message });

/** Reads `vgg:8-M-16/512-512` or `dln:25x10`. */
export function parseNetwork(text: string): Parsed<NetworkText> {
  const deepLinear = /^dln:(\d{1,4})x(\d{1,4})$/.exec(text);
  if (deepLinear) return parseDeepLinear(Number(deepLinear[1]), Number(deepLinear[2]));
  const vgg = /^vgg:((?:M|\d{1,5})(?:-(?:M|\d{1,5}))*)(?:\/(\d{1,5}(?:-\d{1,5})*))?$/.exec(text);
  if (!vgg?.[1])
    return bad(
      `The network “${text.slice(0, 60)}” could not be read. Write widths and M for pooling, as in vgg:8-M-16, or dln:25x10.`,
    );
  const blocks = vgg[1].split('-').map((token) => (token === 'M' ? 'M' : Number(token)));
  const hidden = vgg[2] ? vgg[2].split('-').map(Number) : [];
  const widths = [...blocks.filter((block) => block !== 'M'), ...hidden];
  if (blocks[0] === 'M') return bad('The network begins with M. Pooling must follow a convolution.');
  if (blocks.some((block, i) => block === 'M' && blocks[i - 1] === 'M'))
    return bad('Two M stand together. Each pooling must follow a convolution.');
  if (widths.some((width) => width < 1 || width > MAX_WIDTH))
    return bad(`Every width must be from 1 to ${decimal(MAX_WIDTH)}.`);
  if (widths.length + 1 > MAX_LAYERS)
    return bad(`The network has ${widths.length + 1} layers. At most ${MAX_LAYERS} are allowed.`);
  return { ok: true, value: { kind: 'vgg', blocks, hidden } };
}

/** The text that `parseNetwork` reads, as short as it can be. */
export function networkText(network: NetworkText): string {
  if (network.kind === 'dln') return `dln:${network.depth}x${network.width}`;
  const { blocks, hidden } = network;
  return `vgg:${blocks.join('-')}${hidden.length > 0 ? `/${hidden.join('-')}` : ''}`;
}

function parseDeepLinear(depth: number, width: number): Parsed<NetworkText> {
  if (depth < 1 || depth > MAX_LAYERS)
    return bad(`A deep linear network has 1 to ${MAX_LAYERS} layers; ${depth} were asked for.`);
  if (width < 1 || width > MAX_DEEP_LINEAR_WIDTH)
    return bad(`A deep linear network is 1 to ${MAX_DEEP_LINEAR_WIDTH} wide; ${width} was asked for.`);
  return { ok: true, value: { kind: 'dln', depth, width } };
}

/** The layers that a network text gives on a data set, with every shape worked out. */
export function architectureOf(text: string, dataset: DatasetId): Parsed<Architecture> {
  const parsed = parseNetwork(text);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind === 'dln') {
    if (dataset !== 'gaussian')
      return bad(
        `A deep linear network learns a linear map of Gaussian vectors; choose the data set “${DATASETS.gaussian.label}”.`,
      );
    return { ok: true, value: deepLinear(parsed.value.depth, parsed.value.width) };
  }
  if (dataset === 'gaussian')
    return bad(
      'Gaussian vectors are for deep linear networks; choose an image data set, or a network such as dln:25x10.',
    );
  return vgg(parsed.value, dataset);
}

function deepLinear(depth: number, width: number): Architecture {
  const layers = Array.from(
    { length: depth },
    (_, i): DenseLayer => ({
      kind: 'dense',
      name: `dense${i + 1}`,
      inputs: width,
      outputs: width,
      normalised: i < depth - 1,
      rectified: false,
      biased: false,
    }),
  );
  return { input: [1, 1, width], layers, loss: 'squared-error' };
}

function vgg(text: NetworkText & { kind: 'vgg' }, dataset: DatasetId): Parsed<Architecture> {
  const { shape, classes } = DATASETS[dataset];
  let [height, width, channels] = shape;
  const convolutions: ConvolutionLayer[] = [];
  for (const block of text.blocks) {
    if (block !== 'M') {
      const name = `conv${convolutions.length + 1}`;
      convolutions.push({
        kind: 'convolution',
        name,
        height,
        width,
        inputs: channels,
        outputs: block,
        pooled: false,
        normalised: true,
      });
      channels = block;
      continue;
    }
    if (height === 1 && width === 1) {
      const most = convolutions.filter((layer) => layer.pooled).length;
      return bad(
        `The network pools below 1x1: after ${most} poolings the ${shape[0]}x${shape[1]} image is a single pixel. Remove an M.`,
      );
    }
    convolutions.at(-1)!.pooled = true;
    height = Math.ceil(height / 2);
    width = Math.ceil(width / 2);
  }
  const sizes = [height * width * channels, ...text.hidden, classes];
  const dense = sizes.slice(1).map(
    (outputs, i): DenseLayer => ({
      kind: 'dense',
      name: `dense${i + 1}`,
      inputs: sizes[i]!,
      outputs,
      normalised: i < text.hidden.length,
      rectified: i < text.hidden.length,
      biased: i === text.hidden.length,
    }),
  );
  return { ok: true, value: { input: shape, layers: [...convolutions, ...dense], loss: 'cross-entropy' } };
}
