/**
 * The fused engine: every network a recorded list of our own kernels on tfjs's device. Pipelines and bind groups are made
 * once; a call records a list into the open compute pass; nothing waits until numbers are read.
 */
import type { Network } from '../../network/network.ts';
import {
  type Batch,
  type BatchData,
  type Engine,
  EngineError,
  type Model,
  type Pending,
  type PreparationProgress,
  type Vector,
} from '../model.ts';
import type { Calibration } from './calibrate.ts';
import { DeviceMemory } from './memory.ts';
import { type BufferVector, FusedModel } from './model.ts';
import { Pipelines } from './pipelines.ts';
import { Recorder } from './recorder.ts';
import { Results } from './results.ts';
import { Snapshots } from './snapshots.ts';
import type { DeviceTraits } from './tiles.ts';

/** Two buffers of a minibatch, reused for later ones of the same size. */
interface BatchBuffers {
  x: GPUBuffer;
  y: GPUBuffer;
  group: GPUBindGroup;
}

export class FusedBatch implements Batch {
  readonly step: number;
  readonly count: number;
  readonly buffers: BatchBuffers;
  private readonly release: () => void;

  constructor({ step, count }: BatchData, buffers: BatchBuffers, release: () => void) {
    this.step = step;
    this.count = count;
    this.buffers = buffers;
    this.release = release;
  }

  dispose(): void {
    this.release();
  }
}

/** What the models of one engine share. */
export interface FusedRuntime {
  memory: DeviceMemory;
  pipelines: Pipelines;
  recorder: Recorder;
  results: Results;
  snapshots: Snapshots;
  traits: DeviceTraits;
  /** Null where tiles are not measured. */
  calibration: Calibration | null;
  /** Which minibatch each input buffer holds, and which noise (key, step) the noise buffers hold. */
  inputOwner: Map<GPUBuffer, Batch>;
  noiseOwner: string;
}

class FusedEngine implements Engine {
  readonly kind = 'fused';
  private readonly runtime: FusedRuntime;
  private readonly free: BatchBuffers[] = [];

  constructor(device: GPUDevice, traits: DeviceTraits, calibration: Calibration | null) {
    const memory = new DeviceMemory(device);
    const pipelines = Pipelines.of(device);
    const recorder = new Recorder(memory, pipelines);
    const results = new Results(memory, recorder);
    this.runtime = {
      memory,
      pipelines,
      recorder,
      results,
      snapshots: new Snapshots(device, recorder),
      traits,
      calibration,
      inputOwner: new Map(),
      noiseOwner: '',
    };
  }

  batch(data: BatchData): FusedBatch {
    const buffers = this.takeBatchBuffers(data);
    const { queue } = this.runtime.memory.device;
    queue.writeBuffer(buffers.x, 0, data.x as Float32Array<ArrayBuffer>);
    queue.writeBuffer(buffers.y, 0, data.y as Float32Array<ArrayBuffer>);
    let released = false;
    return new FusedBatch(data, buffers, () => {
      if (released) return;
      released = true;
      this.runtime.recorder.onSubmitted(() => this.free.push(buffers));
    });
  }

  private takeBatchBuffers({ x, y }: BatchData): BatchBuffers {
    const index = this.free.findIndex(
      (buffers) => buffers.x.size === bytesFor(x) && buffers.y.size === bytesFor(y),
    );
    if (index >= 0) return this.free.splice(index, 1)[0]!;
    const { memory, pipelines } = this.runtime;
    const [bufferX, bufferY] = [memory.allocate(x.length, 'minibatch'), memory.allocate(y.length, 'labels')];
    const group = memory.device.createBindGroup({
      layout: pipelines.batchLayout,
      entries: [
        { binding: 0, resource: { buffer: bufferX } },
        { binding: 1, resource: { buffer: bufferY } },
      ],
    });
    return { x: bufferX, y: bufferY, group };
  }

  model(
    network: Network,
    batchSize: number,
    onProgress?: (progress: PreparationProgress) => void,
  ): Promise<Model> {
    return FusedModel.create(this.runtime, network, batchSize, onProgress);
  }

  async read<T>(pending: Pending<T>): Promise<T> {
    return this.runtime.results.read(pending).catch(noAnswer);
  }

  snapshot(vectors: readonly Vector[]): Promise<() => Float32Array<ArrayBuffer>[]> {
    return this.runtime.snapshots.take(vectors as readonly BufferVector[]).catch(noAnswer);
  }

  flush(): void {
    this.runtime.recorder.flush();
  }

  memory(): { count: number; bytes: number } {
    const { count, bytes } = this.runtime.memory;
    return { count, bytes };
  }

  dispose(): void {
    this.runtime.recorder.flush();
    this.runtime.results.dispose();
    this.runtime.snapshots.dispose();
    this.runtime.memory.dispose();
  }
}

function noAnswer(error: unknown): never {
  if (error instanceof EngineError) throw error;
  throw new EngineError(
    'device-lost',
    `The GPU gave no answer: ${error instanceof Error ? error.message : String(error)}`,
    'The curves so far are kept. Run again to open the device anew.',
  );
}

const bytesFor = (values: { length: number }): number => Math.max(16, Math.ceil(values.length / 4) * 16);

/** Without a calibration the likely tiles are used; the numbers are the same. */
export function createFusedEngine(
  device: GPUDevice,
  traits: DeviceTraits,
  calibration: Calibration | null = null,
): Engine {
  return new FusedEngine(device, traits, calibration);
}
