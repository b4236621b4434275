/** The fastest matrix product of this device, as a yardstick for the step. */
import type { KernelSource } from '../../engine/fused/kernels/wgsl.ts';
import { Pipelines } from '../../engine/fused/pipelines.ts';
import type { DeviceTraits } from '../../engine/fused/tiles.ts';
import { median } from '../../record/statistics.ts';
import { quadMatmul, registerMatmul, workgroupMatmul } from './matmul.ts';
import { BenchError } from './problem.ts';
import { elapsedMs, repetitions, Sampled } from './rounds.ts';

/** A real GPU needs more work than a software adapter to be busy. */
const SIZE = { software: 512, hardware: 1024 } as const;
const TURN_MS = 100;
const MOST_REPEATS = 256;
const ENTRIES_CHECKED = 64;
const TOLERANCE = 1e-4;

export interface MatmulSpeed {
  name: string;
  gflops: number;
}

export interface MatmulPeak {
  size: number;
  kernels: MatmulSpeed[];
  /** The fastest one's. */
  gflops: number;
}

function candidates(size: number, subgroups: boolean): KernelSource[] {
  return [
    registerMatmul(size, { rows: 4, vectors: 1 }),
    registerMatmul(size, { rows: 8, vectors: 1 }),
    registerMatmul(size, { rows: 8, vectors: 2 }),
    registerMatmul(size, { rows: 8, vectors: 4 }),
    ...(subgroups ? [quadMatmul(size, 8), quadMatmul(size, 16)] : []),
    workgroupMatmul(size, { rows: 4, vectors: 1 }, 16),
    workgroupMatmul(size, { rows: 8, vectors: 2 }, 8),
  ];
}

/** Resolves once the product has been computed so many times. */
type Run = (times: number) => Promise<void>;

interface Product {
  kernel: KernelSource;
  ms: Sampled<number>;
}

/** The products that compete, checked and ready to be timed. */
export class MatmulBench {
  readonly products: Product[] = [];
  private readonly device: GPUDevice;
  private readonly size: number;
  private readonly a: Float32Array<ArrayBuffer>;
  private readonly b: Float32Array<ArrayBuffer>;
  /** A, B and C. */
  private readonly buffers: GPUBuffer[];

  private constructor(device: GPUDevice, size: number) {
    this.device = device;
    this.size = size;
    this.a = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
    this.b = Float32Array.from({ length: size * size }, (_, i) => Math.cos(3 * i));
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.buffers = [0, 1, 2].map(() => device.createBuffer({ size: 4 * size * size, usage }));
    device.queue.writeBuffer(this.buffers[0]!, 0, this.a);
    device.queue.writeBuffer(this.buffers[1]!, 0, this.b);
  }

  /** Rejects with BenchError where a kernel computes something else. */
  static async create(device: GPUDevice, { software, subgroups }: DeviceTraits): Promise<MatmulBench> {
    const size = software ? SIZE.software : SIZE.hardware;
    const bench = new MatmulBench(device, size);
    try {
      for (const kernel of candidates(size, subgroups)) {
        const run = await bench.prepare(kernel);
        await bench.check(kernel.name, run);
        const times = repetitions(await elapsedMs(() => run(1)), TURN_MS, MOST_REPEATS);
        const ms = new Sampled(async () => (await elapsedMs(() => run(times))) / times);
        bench.products.push({ kernel, ms });
      }
      return bench;
    } catch (error) {
      bench.dispose();
      throw error;
    }
  }

  /** From the samples so far. */
  get peak(): MatmulPeak {
    const kernels = this.products.map(({ kernel: { name, flops }, ms }) => ({
      name,
      gflops: flops / median(ms.samples) / 1e6,
    }));
    return { size: this.size, kernels, gflops: Math.max(...kernels.map(({ gflops }) => gflops)) };
  }

  private async prepare(kernel: KernelSource): Promise<Run> {
    const { device } = this;
    const pipelines = Pipelines.of(device);
    const pipeline = await pipelines.compile(kernel);
    const group = device.createBindGroup({
      layout: pipelines.layoutOf(kernel),
      entries: this.buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return async (times) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...kernel.workgroups);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    };
  }

  /** Compares some entries of C, spread over all of it, with products in float64. */
  private async check(name: string, run: Run): Promise<void> {
    this.device.queue.writeBuffer(this.buffers[2]!, 0, new Float32Array(this.size ** 2));
    await run(1);
    const c = await this.readC();
    const stride = Math.floor(c.length / ENTRIES_CHECKED) + 1;
    for (let i = 0; i < c.length; i += stride)
      if (!(Math.abs(c[i]! - this.entry(i)) < TOLERANCE * this.size))
        throw new BenchError(
          'gpu',
          `The matrix product “${name}” gives ${c[i]} where ${this.entry(i)} is expected.`,
          'Update the browser or the graphics driver. If it happens again, report this message.',
        );
  }

  private entry(index: number): number {
    const { a, b, size } = this;
    const [row, column] = [Math.floor(index / size), index % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += a[row * size + k]! * b[k * size + column]!;
    return sum;
  }

  private async readC(): Promise<Float32Array> {
    const { device, buffers } = this;
    const size = buffers[2]!.size;
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffers[2]!, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return values;
  }

  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}
