/** Single kernels on a device, by the names of their bindings, for tests that compare them with float64. */
import { expect } from 'vitest';
import { normals, relativeError } from '../../testNetworks.ts';
import { DeviceMemory } from '../memory.ts';
import { Pipelines } from '../pipelines.ts';
import { type CallArguments, Recorder } from '../recorder.ts';
import { openTestDevice } from '../testDevice.ts';
import { type KernelSource, roundUp } from './wgsl.ts';

const TOLERANCE = 1e-5;
/** A quiet NaN: what a kernel leaves out of its output, or reads before anyone wrote it, shows. */
const UNWRITTEN = 0x7fc00000;

export type Floats = Float32Array<ArrayBuffer>;
type Words = Floats | Uint32Array<ArrayBuffer>;

export interface Call {
  arguments?: CallArguments;
  batch?: { x: Words; y: Words };
}

/** The seed of a file's random shapes, printed; one that failed elsewhere can be given again. */
export function printedSeed(of: string, usual = 1805): number {
  const seed = Number(import.meta.env.VITE_PROPERTY_SEED ?? usual);
  console.info(`Random ${of} of seed ${seed}; another: VITE_PROPERTY_SEED.`);
  return seed;
}

export class TestKernels {
  private readonly device: GPUDevice;
  private readonly pipelines: Pipelines;
  private readonly recorder: Recorder;

  private constructor(device: GPUDevice) {
    this.device = device;
    this.pipelines = Pipelines.of(device);
    this.recorder = new Recorder(new DeviceMemory(device), this.pipelines);
  }

  static async open(): Promise<TestKernels> {
    return new TestKernels(await openTestDevice());
  }

  /**
   * Runs one kernel. `contents`: what its bindings hold beforehand, by name. `sizes`: of its written bindings, in words; they
   * hold NaN beforehand unless `contents` says otherwise. Bindings that it has not are left out, and come back empty.
   */
  async run<Name extends string>(
    source: KernelSource,
    contents: Record<string, Words | undefined>,
    sizes: Record<Name, number>,
    call: Call = {},
  ): Promise<Record<Name, Floats>> {
    const memory = new DeviceMemory(this.device);
    const upload = (name: string, words: Words): GPUBuffer => {
      const buffer = memory.allocate(words.length, name);
      this.device.queue.writeBuffer(buffer, 0, words);
      return buffer;
    };
    const buffers = source.bindings.map(({ name, access }) => {
      const size = sizes[name as Name] as number | undefined;
      const words =
        contents[name] ??
        (access === 'write' && size !== undefined ? new Uint32Array(size).fill(UNWRITTEN) : null);
      if (!words) throw new Error(`Nothing is given for ${name} of “${source.name}”.`);
      return upload(name, words);
    });
    const group = (layout: GPUBindGroupLayout, bound: GPUBuffer[]): GPUBindGroup =>
      this.device.createBindGroup({
        layout,
        entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
    const { batch } = call;
    this.recorder.record(
      [
        {
          kernel: source,
          pipeline: await this.pipelines.compile(source),
          group: group(this.pipelines.layoutOf(source), buffers),
        },
      ],
      call.arguments,
      batch ? group(this.pipelines.batchLayout, [upload('x', batch.x), upload('y', batch.y)]) : null,
    );
    this.recorder.flush();
    const results = {} as Record<Name, Floats>;
    for (const [name, size] of Object.entries(sizes) as [Name, number][]) {
      const buffer = buffers[source.bindings.findIndex((binding) => binding.name === name)];
      results[name] = buffer ? (await this.readBack(buffer)).subarray(0, size) : new Float32Array(0);
    }
    memory.dispose();
    return results;
  }

  private async readBack(buffer: GPUBuffer): Promise<Floats> {
    const { size } = buffer;
    const staging = this.device.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return values;
  }
}

/** Expects a relative l2 error of at most 1e-5. */
export function expectClose(actual: ArrayLike<number>, exact: ArrayLike<number>, what: string): void {
  expect(actual.length, `length of ${what}`).toBe(exact.length);
  expect(relativeError(actual, exact), `relative l2 error of ${what}`).toBeLessThanOrEqual(TOLERANCE);
}

export const bitsOf = ({ buffer, byteOffset, length }: Floats): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

/** [rows][channels] -> [rows][channels as on the device], zeros behind. */
export function padChannels(values: ArrayLike<number>, channels: number): Floats {
  const padded = roundUp(channels, 4);
  const result = new Float32Array((values.length / channels) * padded);
  for (let i = 0; i < values.length; i++)
    result[Math.floor(i / channels) * padded + (i % channels)] = values[i]!;
  return result;
}

/** The way back. Throws where the padding holds anything but `filling`. */
export function stripChannels(values: Floats, channels: number, filling = 0): Floats {
  const padded = roundUp(channels, 4);
  const isPadding = (i: number): boolean => i % padded >= channels;
  const stray = values.findIndex((value, i) => isPadding(i) && value !== filling);
  if (stray >= 0)
    throw new Error(`Padding holds ${values[stray]} at ${stray}, where ${filling} was expected.`);
  return values.filter((_, i) => !isPadding(i));
}

/** [n][H + 2][W + 2][C] -> [n][H][W][C]. Throws where the halo holds anything but zeros. */
export function stripHalo(
  values: Floats,
  { height, width }: { height: number; width: number },
  channels: number,
): Floats {
  const isHalo = (i: number): boolean => {
    const x = Math.floor(i / channels) % (width + 2);
    const y = Math.floor(i / (channels * (width + 2))) % (height + 2);
    return x === 0 || y === 0 || x > width || y > height;
  };
  const stray = values.findIndex((value, i) => isHalo(i) && value !== 0);
  if (stray >= 0) throw new Error(`The halo holds ${values[stray]} at ${stray}, where 0 was expected.`);
  return values.filter((_, i) => !isHalo(i));
}

/** Numbers for one case: every call draws others. */
export class Draws {
  private seed: number;

  constructor(seed: number) {
    this.seed = 100 * seed;
  }

  normals(length: number, size = 1, mean = 0): Floats {
    return normals(length, this.seed++).map((value) => mean + size * value);
  }
}

export const exactly = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);
