/** Sums, copies and inner products of a network's flat vectors. */
import type { Network } from '../../network/network.ts';
import type { FusedRuntime } from './engine.ts';
import {
  addScaled,
  addScaledInPlace,
  compareShares,
  compareStage1,
  compareStage2,
  copy,
  join,
  matchNorm,
} from './kernels/vectors.ts';
import type { KernelSource } from './kernels/wgsl.ts';
import type { DeviceLayout } from './layout.ts';
import type { BoundDispatch } from './recorder.ts';
import { inBudget } from './slices.ts';

/** One kernel, with the bind groups of the buffers that it was called with. */
class Operation {
  private readonly runtime: FusedRuntime;
  private readonly kernel: KernelSource;
  private readonly pipeline: GPUComputePipeline;
  private bound: { buffers: readonly GPUBuffer[]; dispatch: BoundDispatch }[] = [];

  private constructor(runtime: FusedRuntime, kernel: KernelSource, pipeline: GPUComputePipeline) {
    this.runtime = runtime;
    this.kernel = kernel;
    this.pipeline = pipeline;
  }

  static async create(runtime: FusedRuntime, kernel: KernelSource): Promise<Operation> {
    return new Operation(runtime, kernel, await runtime.pipelines.compile(kernel));
  }

  on(...buffers: GPUBuffer[]): BoundDispatch {
    const known = this.bound.find((each) => each.buffers.every((buffer, i) => buffer === buffers[i]));
    if (known) return known.dispatch;
    const { pipelines, memory } = this.runtime;
    const group = memory.device.createBindGroup({
      layout: pipelines.layoutOf(this.kernel),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const dispatch = { kernel: this.kernel, pipeline: this.pipeline, group };
    this.bound.push({ buffers, dispatch });
    return dispatch;
  }

  forget(buffer: GPUBuffer): void {
    this.bound = this.bound.filter((each) => !each.buffers.includes(buffer));
  }
}

interface Operations {
  addScaled: Operation;
  addToA: Operation;
  addToB: Operation;
  copy: Operation;
  join: Operation;
  matchNorm: Operation;
  matchNormInPlace: Operation;
  compareStage1: Operation;
  compareStage2: Operation;
}

export class VectorOperations {
  private readonly runtime: FusedRuntime;
  private readonly network: Network;
  private readonly layout: DeviceLayout;
  private readonly operations: Operations;
  private readonly shares: GPUBuffer;
  private readonly norms: GPUBuffer;

  private constructor(runtime: FusedRuntime, network: Network, layout: DeviceLayout, operations: Operations) {
    this.runtime = runtime;
    this.network = network;
    this.layout = layout;
    this.operations = operations;
    this.shares = runtime.memory.workspace('shares of inner products', 4 * compareShares(layout.size));
    this.norms = runtime.memory.workspace('norms', 4);
  }

  static async create(
    runtime: FusedRuntime,
    network: Network,
    layout: DeviceLayout,
  ): Promise<VectorOperations> {
    const { size } = layout;
    const kernels: Record<keyof Operations, KernelSource> = {
      addScaled: addScaled(size),
      addToA: addScaledInPlace(size, 'a'),
      addToB: addScaledInPlace(size, 'b'),
      copy: copy(size),
      join: join(size),
      matchNorm: matchNorm(size, false),
      matchNormInPlace: matchNorm(size, true),
      compareStage1: compareStage1(size),
      compareStage2: compareStage2(size),
    };
    const operations = await Promise.all(
      Object.entries(kernels).map(async ([name, kernel]) => [
        name,
        await Operation.create(runtime, inBudget(kernel, runtime.traits)),
      ]),
    );
    return new VectorOperations(runtime, network, layout, Object.fromEntries(operations) as Operations);
  }

  /** into ← from */
  copy(into: GPUBuffer, from: GPUBuffer): void {
    this.runtime.recorder.record([this.operations.copy.on(from, into)]);
  }

  /** into ← a + factor·b; `into` may be a or b, not both. */
  addScaled(into: GPUBuffer, a: GPUBuffer, factor: number, b: GPUBuffer): void {
    const { addScaled, addToA, addToB } = this.operations;
    const dispatch =
      into === a ? addToA.on(b, into) : into === b ? addToB.on(a, into) : addScaled.on(a, b, into);
    this.runtime.recorder.record([dispatch], { factor });
  }

  /** into ← the parameters of the layers before `layer` from `earlier`, all others from `rest`. */
  join(into: GPUBuffer, layer: number, earlier: GPUBuffer, rest: GPUBuffer): void {
    const { offset } = this.layout.tensors.get(this.network.layers[layer]!.kernel)!;
    this.runtime.recorder.record([this.operations.join.on(earlier, rest, into)], { count: offset / 4 });
  }

  /** into ← a · ‖b‖ / ‖a‖; `into` may be a. */
  matchNorm(into: GPUBuffer, a: GPUBuffer, b: GPUBuffer): void {
    const { matchNorm, matchNormInPlace } = this.operations;
    const { norms } = this;
    this.sumUp(a, b, { offset: 0, size: this.layout.size }, norms, 0);
    this.runtime.recorder.record([
      into === a ? matchNormInPlace.on(norms, into) : matchNorm.on(a, norms, into),
    ]);
  }

  /** Norms and inner product of two vectors, or of one layer's kernel in them, into a slot of the results. */
  compare(a: GPUBuffer, b: GPUBuffer, kernelOfLayer: number | null, result: number): void {
    const part =
      kernelOfLayer === null
        ? { offset: 0, size: this.layout.size }
        : this.layout.tensors.get(this.network.layers[kernelOfLayer]!.kernel)!;
    this.sumUp(a, b, part, this.runtime.results.buffer, result);
  }

  /** into[result] ← ‖a‖², ‖b‖², ⟨a, b⟩ and ‖a − b‖² over a part of the two, in one call's two dispatches. */
  private sumUp(
    a: GPUBuffer,
    b: GPUBuffer,
    { offset, size }: { offset: number; size: number },
    into: GPUBuffer,
    result: number,
  ): void {
    const { compareStage1, compareStage2 } = this.operations;
    this.runtime.recorder.record([compareStage1.on(a, b, this.shares), compareStage2.on(this.shares, into)], {
      step: offset / 4,
      count: size / 4,
      result,
    });
  }

  forget(buffer: GPUBuffer): void {
    for (const operation of Object.values(this.operations) as Operation[]) operation.forget(buffer);
  }
}
