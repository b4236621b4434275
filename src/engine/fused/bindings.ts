/** Plans bound to the vectors of a call: bind groups made once for each combination of vectors, then reused. */
import type { DeviceMemory } from './memory.ts';
import type { Pipelines } from './pipelines.ts';
import type { PlannedDispatch, Source } from './plan.ts';
import type { BoundDispatch } from './recorder.ts';

/** The buffers that a call names. */
export interface CallBuffers {
  theta?: GPUBuffer;
  gradient?: GPUBuffer;
  running?: GPUBuffer;
  results?: GPUBuffer;
}

/** A list of dispatches whose pipelines exist. */
export class CompiledList {
  private readonly device: GPUDevice;
  private readonly pipelines: Pipelines;
  private readonly planned: readonly PlannedDispatch[];
  private readonly compiled: readonly GPUComputePipeline[];
  private readonly bound = new Map<GPUBuffer | undefined, Map<GPUBuffer | undefined, BoundDispatch[]>>();

  private constructor(
    device: GPUDevice,
    pipelines: Pipelines,
    planned: readonly PlannedDispatch[],
    compiled: readonly GPUComputePipeline[],
  ) {
    this.device = device;
    this.pipelines = pipelines;
    this.planned = planned;
    this.compiled = compiled;
  }

  /** Compiles every kernel of the list. Rejects with EngineError. */
  static async compile(
    memory: DeviceMemory,
    pipelines: Pipelines,
    planned: readonly PlannedDispatch[],
    onCompiled: () => void = () => {},
  ): Promise<CompiledList> {
    const compiled = await Promise.all(
      planned.map(async ({ kernel }) => {
        const pipeline = await pipelines.compile(kernel);
        onCompiled();
        return pipeline;
      }),
    );
    return new CompiledList(memory.device, pipelines, planned, compiled);
  }

  /** A list names at most two vectors that vary: θ, and the gradient or the running statistics. */
  bind(buffers: CallBuffers): BoundDispatch[] {
    const second = buffers.gradient ?? buffers.running;
    let byTheta = this.bound.get(buffers.theta);
    if (!byTheta) {
      byTheta = new Map();
      this.bound.set(buffers.theta, byTheta);
    }
    let list = byTheta.get(second);
    if (!list) {
      list = this.planned.map((dispatch, i) => this.bindOne(dispatch, this.compiled[i]!, buffers));
      byTheta.set(second, list);
    }
    return list;
  }

  /** Drops the bind groups of a vector that is no more. */
  forget(buffer: GPUBuffer): void {
    this.bound.delete(buffer);
    for (const byTheta of this.bound.values()) byTheta.delete(buffer);
  }

  private bindOne(
    { kernel, bindings }: PlannedDispatch,
    pipeline: GPUComputePipeline,
    buffers: CallBuffers,
  ): BoundDispatch {
    const group = this.device.createBindGroup({
      label: kernel.name,
      layout: this.pipelines.layoutOf(kernel),
      entries: bindings.map((source, binding) => ({ binding, resource: this.resource(source, buffers) })),
    });
    return { kernel, pipeline, group };
  }

  private resource({ from, offset, size }: Source, buffers: CallBuffers): GPUBufferBinding {
    const buffer = typeof from === 'string' ? buffers[from] : from;
    if (!buffer) throw new Error(`The call names no ${String(from)}.`);
    if (size === 0) return { buffer };
    return { buffer, offset: 4 * offset, size: 4 * Math.max(4, Math.ceil(size / 4) * 4) };
  }
}
