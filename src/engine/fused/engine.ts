/**
 * The fused engine: every network a recorded list of our own kernels on tfjs's device. Pipelines and bind groups are made
 * once; a call records a list into the open compute pass; nothing waits until numbers are read.
 */
import type { Network } from '../../network/network.ts';
import {
  type Batch,
  type BatchData,
  type CodedBatchData,
  type Engine,
  EngineError,
  type Model,
  type Pending,
  type PreparationProgress,
  type Snapshot,
  type Vector,
} from '../model.ts';
import type { Calibration } from './calibrate.ts';
import { DeviceMemory } from './memory.ts';
import { type BufferVector, FusedModel } from './model.ts';
import { Pipelines } from './pipelines.ts';
import { Readbacks } from './readbacks.ts';
import { Recorder } from './recorder.ts';
import { Results } from './results.ts';
import { takeSnapshot } from './snapshots.ts';
import type { DeviceTraits } from './tiles.ts';

/** Two buffers of a minibatch, reused for later ones of the same size. */
interface BatchBuffers {
  x: GPUBuffer;
  y: GPUBuffer;
  group: GPUBindGroup;
  /** What lies before the bytes of coded inputs; null for numbers. */
  tables: Float32Array | null;
}

export class FusedBatch implements Batch {
  readonly step: number;
  readonly count: number;
  readonly buffers: BatchBuffers;
  private readonly release: () => void;

  constructor(
    { step, count }: Pick<BatchData, 'step' | 'count'>,
    buffers: BatchBuffers,
    release: () => void,
  ) {
    this.step = step;
    this.count = count;
    this.buffers = buffers;
    this.release = release;
  }

  get isCoded(): boolean {
    return this.buffers.tables !== null;
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
  readbacks: Readbacks;
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
    const readbacks = new Readbacks(device, recorder);
    this.runtime = {
      memory,
      pipelines,
      recorder,
      readbacks,
      results: new Results(memory, recorder, readbacks),
      traits,
      calibration,
      inputOwner: new Map(),
      noiseOwner: '',
    };
  }

  batch(data: BatchData): FusedBatch {
    const buffers = this.takeBatchBuffers(data.x.length, data.y.length, null);
    this.queue.writeBuffer(buffers.x, 0, data.x as Float32Array<ArrayBuffer>);
    return this.putBatch(data, buffers);
  }

  codedBatch(data: CodedBatchData): FusedBatch {
    const { codes, tables, y } = data;
    const whole = Math.floor(codes.length / 4) * 4;
    const buffers = this.takeBatchBuffers(tables.length + Math.ceil(codes.length / 4), y.length, tables);
    this.queue.writeBuffer(buffers.x, tables.byteLength, codes, 0, whole);
    // What is written is a multiple of four bytes.
    if (whole < codes.length) {
      const rest = Uint8Array.from({ length: 4 }, (_, i) => codes[whole + i] ?? 0);
      this.queue.writeBuffer(buffers.x, tables.byteLength + whole, rest);
    }
    return this.putBatch(data, buffers);
  }

  private get queue(): GPUQueue {
    return this.runtime.memory.device.queue;
  }

  private putBatch(data: Pick<BatchData, 'y' | 'step' | 'count'>, buffers: BatchBuffers): FusedBatch {
    this.queue.writeBuffer(buffers.y, 0, data.y as Float32Array<ArrayBuffer>);
    let released = false;
    return new FusedBatch(data, buffers, () => {
      if (released) return;
      released = true;
      this.runtime.recorder.onSubmitted(() => this.free.push(buffers));
    });
  }

  /** For so many 4-byte words; those for coded inputs begin with their tables. */
  private takeBatchBuffers(
    wordsX: number,
    wordsY: number,
    tables: Float32Array<ArrayBuffer> | null,
  ): BatchBuffers {
    const index = this.free.findIndex(
      ({ x, y, tables: own }) => x.size === bytesFor(wordsX) && y.size === bytesFor(wordsY) && own === tables,
    );
    if (index >= 0) return this.free.splice(index, 1)[0]!;
    const { memory, pipelines } = this.runtime;
    const [x, y] = [memory.allocate(wordsX, 'minibatch'), memory.allocate(wordsY, 'labels')];
    if (tables) this.queue.writeBuffer(x, 0, tables);
    const group = memory.device.createBindGroup({
      layout: pipelines.batchLayout,
      entries: [
        { binding: 0, resource: { buffer: x } },
        { binding: 1, resource: { buffer: y } },
      ],
    });
    return { x, y, group, tables };
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

  async snapshot(vectors: readonly Vector[]): Promise<Snapshot> {
    const { recorder, readbacks } = this.runtime;
    const taken = await takeSnapshot(vectors as readonly BufferVector[], recorder, readbacks).catch(noAnswer);
    return (into) => {
      try {
        taken(into);
      } catch (error) {
        noAnswer(error);
      }
    };
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
    this.runtime.readbacks.dispose();
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

const bytesFor = (words: number): number => Math.max(16, Math.ceil(words / 4) * 16);

/** Without a calibration the likely tiles are used; the numbers are the same. */
export function createFusedEngine(
  device: GPUDevice,
  traits: DeviceTraits,
  calibration: Calibration | null = null,
): Engine {
  return new FusedEngine(device, traits, calibration);
}
