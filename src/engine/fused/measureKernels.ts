/** Kernels that should give the same result, run on the same numbers: compared bit for bit and timed in interleaved rounds. */
import type { KernelSource } from './kernels/wgsl.ts';
import { DeviceMemory } from './memory.ts';
import type { Pipelines } from './pipelines.ts';

export interface KernelMeasurement {
  /** Milliseconds of one dispatch, median over the rounds; null where the kernel cannot be used. */
  ms: number | null;
  refused: 'does not compile' | 'other bits' | null;
}

const ROUNDS = 3;
/** Dispatches of one timing take about so long, that waiting for the queue does not show. */
const TIMING_MS = 6;
const MOST_REPEATS = 64;

interface Runner {
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: readonly [number, number];
  output: GPUBuffer;
}

export class Measurement {
  private readonly pipelines: Pipelines;
  private readonly device: GPUDevice;
  private readonly memory: DeviceMemory;

  constructor(pipelines: Pipelines) {
    this.pipelines = pipelines;
    this.device = pipelines.device;
    this.memory = new DeviceMemory(pipelines.device);
  }

  /**
   * All kernels bind the same buffers, in order those of `inputs` and one of `outputFloats` numbers that they write; the
   * last kernel is the plainest, which the others are compared with. Rejects with EngineError where that one does not compile.
   */
  async run(
    kernels: readonly KernelSource[],
    inputs: readonly Float32Array<ArrayBuffer>[],
    outputFloats: number,
  ): Promise<KernelMeasurement[]> {
    const compiled = await Promise.all(
      kernels.map((kernel, i) => {
        const pipeline = this.pipelines.compile(kernel);
        return i === kernels.length - 1 ? pipeline : pipeline.catch(() => null);
      }),
    );
    const output = this.memory.allocate(outputFloats, 'calibration');
    const buffers = [...inputs.map((values) => this.upload(values)), output];
    const runners = kernels.map((kernel, i): Runner | null => {
      const pipeline = compiled[i];
      return pipeline
        ? { pipeline, group: this.bind(kernel, buffers), workgroups: kernel.workgroups, output }
        : null;
    });
    const plain = await this.output(runners.at(-1) ?? null);
    const sameBits: boolean[] = [];
    for (const runner of runners) sameBits.push(plain !== null && equal(await this.output(runner), plain));
    const usable = runners.map((runner, i) => (sameBits[i] ? runner : null));
    const times = await this.time(usable);
    return times.map((ms, i) => ({
      ms,
      refused: runners[i] ? (sameBits[i] ? null : 'other bits') : 'does not compile',
    }));
  }

  private upload(values: Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.memory.allocate(values.length, 'calibration');
    this.device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  }

  private bind(kernel: KernelSource, buffers: GPUBuffer[]): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.pipelines.layoutOf(kernel),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  private async output(runner: Runner | null): Promise<Uint32Array | null> {
    if (!runner) return null;
    const { output } = runner;
    const staging = this.device.createBuffer({
      size: output.size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.device.createCommandEncoder();
    encoder.clearBuffer(output);
    encodeRepeated(encoder, runner, 1);
    encoder.copyBufferToBuffer(output, 0, staging, 0, output.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bits = new Uint32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return bits;
  }

  private async time(runners: readonly (Runner | null)[]): Promise<(number | null)[]> {
    const repeats: number[] = [];
    for (const runner of runners) {
      const once = runner ? await this.timeOnce(runner, 1) : 0;
      repeats.push(Math.max(1, Math.min(MOST_REPEATS, Math.ceil(TIMING_MS / Math.max(once, 0.05)))));
    }
    const samples: number[][] = runners.map(() => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, runner] of runners.entries())
        if (runner) samples[i]!.push(await this.timeOnce(runner, repeats[i]!));
    return samples.map((times) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? null);
  }

  private async timeOnce(runner: Runner, repeats: number): Promise<number> {
    const start = performance.now();
    const encoder = this.device.createCommandEncoder();
    encodeRepeated(encoder, runner, repeats);
    this.device.queue.submit([encoder.finish()]);
    await this.device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / repeats;
  }

  dispose(): void {
    this.memory.dispose();
  }
}

function encodeRepeated(
  encoder: GPUCommandEncoder,
  { pipeline, group, workgroups }: Runner,
  repeats: number,
): void {
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  pass.end();
}

function equal(a: Uint32Array | null, b: Uint32Array): boolean {
  return a !== null && a.length === b.length && a.every((bits, i) => bits === b[i]);
}
