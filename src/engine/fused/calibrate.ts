/**
 * The choice of tiles by measurement on the user's device. For every convolution shape of a network the candidates are
 * compiled, run once, compared with the plainest one bit for bit, and timed in interleaved rounds. A candidate with other
 * bits is never used, so the choice changes the speed of a run and nothing else. What was measured is remembered.
 */
import type { Network } from '../../network/network.ts';
import {
  type ConvolutionShape,
  type ConvolutionTile,
  convolution,
  convolutionInputGradient,
} from './kernels/convolution.ts';
import { type KernelGradientTile, kernelGradient } from './kernels/kernelGradient.ts';
import { convolutionFlops, layerShape } from './kernels/shapes.ts';
import type { KernelSource } from './kernels/wgsl.ts';
import { convolutionShape } from './layerBuffers.ts';
import { paddedInputs } from './layout.ts';
import { Measurement } from './measureKernels.ts';
import { Pipelines } from './pipelines.ts';
import { measuredShape } from './slices.ts';
import {
  convolutionTiles,
  type DeviceTraits,
  kernelGradientChunks,
  kernelGradientTiles,
  likelyTiles,
  type TileChoice,
  type TiledKind,
  turned,
} from './tiles.ts';

/** To be counted up when kernels change so that old measurements no longer hold. */
const KERNELS_VERSION = 6;
/** Shapes with fewer operations are not worth the measuring. */
const LEAST_FLOPS = 4e6;
/** A candidate must be so much faster than the likely one to be taken. */
const WORTHWHILE = 0.97;

export interface Candidate {
  tile: ConvolutionTile | KernelGradientTile;
  kernel: KernelSource;
}

/** One shape and what was measured for it. */
export interface CalibratedSite {
  kind: TiledKind;
  shape: ConvolutionShape;
  /** Milliseconds of one dispatch; null where the candidate was refused. */
  candidates: { name: string; ms: number | null; refused: 'does not compile' | 'other bits' | null }[];
  chosen: number;
  flops: number;
}

/** What is kept of a measurement: the tile that was taken, and all that says why. */
export interface RememberedSite extends CalibratedSite {
  adapter: string;
  subgroups: boolean;
  tile: Candidate['tile'];
}

/** Where measurements outlive the page. */
export interface CalibrationStore {
  load(): Promise<Record<string, unknown>>;
  save(sites: Record<string, unknown>): Promise<void>;
}

interface Site {
  kind: TiledKind;
  shape: ConvolutionShape;
}

export class Calibration implements TileChoice {
  private readonly pipelines: Pipelines;
  private readonly traits: DeviceTraits;
  private readonly adapter: string;
  private readonly store: CalibrationStore | null;
  private readonly chosen = new Map<string, Candidate['tile']>();
  private readonly measured = new Map<string, CalibratedSite>();
  private remembered: Record<string, unknown> | null = null;

  constructor(
    pipelines: Pipelines,
    traits: DeviceTraits,
    adapter: string,
    store: CalibrationStore | null = null,
  ) {
    this.pipelines = pipelines;
    this.traits = traits;
    this.adapter = adapter;
    this.store = store;
  }

  /** What was measured or remembered so far. */
  get sites(): CalibratedSite[] {
    return [...this.measured.values()];
  }

  convolution(shape: ConvolutionShape): ConvolutionTile {
    return (
      (this.chosenFor('convolution', shape) as ConvolutionTile) ?? likelyTiles(this.traits).convolution(shape)
    );
  }

  inputGradient(shape: ConvolutionShape): ConvolutionTile {
    return (
      (this.chosenFor('input gradient', shape) as ConvolutionTile) ??
      likelyTiles(this.traits).inputGradient(shape)
    );
  }

  kernelGradient(shape: ConvolutionShape): KernelGradientTile {
    return (
      (this.chosenFor('kernel gradient', shape) as KernelGradientTile) ??
      likelyTiles(this.traits).kernelGradient(shape)
    );
  }

  private chosenFor(kind: TiledKind, shape: ConvolutionShape): Candidate['tile'] | undefined {
    return this.chosen.get(this.keyOf({ kind, shape }));
  }

  private keyOf({ kind, shape }: Site): string {
    const { examples, height, width, inputs, outputs } = shape;
    const { software, subgroups } = this.traits;
    return [
      KERNELS_VERSION,
      this.adapter,
      software,
      subgroups,
      kind,
      examples,
      height,
      width,
      inputs,
      outputs,
    ].join('|');
  }

  /** Measures every large convolution of the network that is not known yet. */
  async prepare(
    network: Network,
    examples: number,
    onProgress: (done: number, total: number) => void = () => {},
  ): Promise<void> {
    this.remembered ??= (await this.store?.load().catch(() => ({}))) ?? {};
    const unknown = [
      ...new Map(this.sitesOf(network, examples).map((site) => [this.keyOf(site), site])),
    ].filter(([key, site]) => !this.chosen.has(key) && !this.recall(key, site));
    for (const [i, [key, site]] of unknown.entries()) {
      onProgress(i, unknown.length);
      await this.measure(key, site);
    }
    if (unknown.length > 0) {
      onProgress(unknown.length, unknown.length);
      await this.store?.save(this.remembered).catch(() => {});
    }
  }

  private sitesOf(network: Network, examples: number): Site[] {
    return network.layers.flatMap((built, index): Site[] => {
      const { layer } = built;
      const inputs = paddedInputs(built, network.layers, index);
      if (layer.kind !== 'convolution' || inputs === 1) return [];
      const all = convolutionShape(
        layerShape(examples, layer.height, layer.width, layer.outputs, layer.pooled),
        inputs,
      );
      const shape = measuredShape(all, this.traits);
      const kinds: TiledKind[] = [
        'convolution',
        ...(index > 0 ? ['input gradient' as const] : []),
        'kernel gradient',
      ];
      return kinds
        .map((kind) => ({ kind, shape }))
        .filter((site) => convolutionFlops(site.shape) >= LEAST_FLOPS);
    });
  }

  /** Takes a remembered tile if it is still among the candidates. */
  private recall(key: string, site: Site): boolean {
    const remembered = this.remembered?.[key] as Partial<RememberedSite> | null | undefined;
    const text = JSON.stringify(remembered?.tile);
    const candidates = this.candidatesOf(site);
    const index = candidates.findIndex(({ tile }) => JSON.stringify(tile) === text);
    if (index < 0) return false;
    this.chosen.set(key, candidates[index]!.tile);
    return true;
  }

  private candidatesOf({ kind, shape }: Site): Candidate[] {
    switch (kind) {
      case 'convolution':
        return convolutionTiles(shape, this.traits).map((tile) => ({
          tile,
          kernel: convolution(shape, tile),
        }));
      case 'input gradient':
        return convolutionTiles(turned(shape), this.traits).map((tile) => ({
          tile,
          kernel: convolutionInputGradient(shape, tile),
        }));
      case 'kernel gradient': {
        const chunks = kernelGradientChunks(shape, this.traits);
        return kernelGradientTiles(shape, this.traits).map((tile) => ({
          tile,
          kernel: kernelGradient(shape, tile, chunks),
        }));
      }
      default:
        return kind satisfies never;
    }
  }

  private async measure(key: string, site: Site): Promise<void> {
    const candidates = this.candidatesOf(site);
    const measurement = new Measurement(this.pipelines);
    try {
      const results = await measurement.run(
        candidates.map(({ kernel }) => kernel),
        ...buffersOf(site, this.traits),
      );
      const times = results.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
      const fastest = times.indexOf(Math.min(...times));
      const likely = times[0]!;
      const chosen = times[fastest]! < WORTHWHILE * likely ? fastest : 0;
      const { tile } = candidates[chosen]!;
      const measured: CalibratedSite = {
        ...site,
        candidates: results.map((result, i) => ({ name: candidates[i]!.kernel.name, ...result })),
        chosen,
        flops: convolutionFlops(site.shape),
      };
      this.chosen.set(key, tile);
      this.measured.set(key, measured);
      const { adapter, traits } = this;
      this.remembered![key] = {
        ...measured,
        adapter,
        subgroups: traits.subgroups,
        tile,
      } satisfies RememberedSite;
    } finally {
      measurement.dispose();
    }
  }
}

export function createCalibration(
  device: GPUDevice,
  traits: DeviceTraits,
  adapter: string,
  store: CalibrationStore | null = null,
): Calibration {
  return new Calibration(Pipelines.of(device), traits, adapter, store);
}

/** What the candidates of a site read, and how many numbers they write. */
function buffersOf({ kind, shape }: Site, traits: DeviceTraits): [Float32Array<ArrayBuffer>[], number] {
  const { examples, height, width, inputs, outputs } = shape;
  const kernelFloats = 9 * inputs * outputs;
  const pixels = examples * height * width;
  const x = withHalo(shape, inputs);
  const gradient = withHalo(shape, outputs);
  if (kind === 'convolution') return [[x, ordinary(kernelFloats)], pixels * outputs];
  if (kind === 'input gradient') return [[gradient, ordinary(kernelFloats)], pixels * inputs];
  return [[x, gradient], kernelGradientChunks(shape, traits) * kernelFloats];
}

/** A fixed, cheap sequence in (−1, 1): what the numbers are does not matter, only that they are ordinary. */
function ordinary(length: number): Float32Array<ArrayBuffer> {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

/** [N][H+2][W+2][channels] whose border is zero, as in the networks. */
function withHalo(
  { examples, height, width }: ConvolutionShape,
  channels: number,
): Float32Array<ArrayBuffer> {
  const values = ordinary(examples * (height + 2) * (width + 2) * channels);
  for (let row = 0; row < examples * (height + 2); row++) {
    const start = row * (width + 2) * channels;
    const isBorder = row % (height + 2) === 0 || row % (height + 2) === height + 1;
    if (isBorder) values.fill(0, start, start + (width + 2) * channels);
    values.fill(0, start, start + channels);
    values.fill(0, start + (width + 1) * channels, start + (width + 2) * channels);
  }
  return values;
}
