/**
 * Records dispatches into one compute pass and submits them together. What varies from call to call (a factor, a step, a
 * count, where a result goes) lies in 256-byte slots that are uploaded once, right before the submission.
 */
import type { KernelSource } from './kernels/wgsl.ts';
import type { DeviceMemory } from './memory.ts';
import { ARGUMENT_BYTES, type Pipelines } from './pipelines.ts';

/** Slots between two submissions. */
const SLOTS = 4096;
/** Work between two submissions, so that no command buffer keeps a slow device for long. */
const MOST_FLOPS = 4e9;

/** The numbers of one call, as kernels/wgsl.ts declares them. */
export interface CallArguments {
  factor?: number;
  step?: number;
  count?: number;
  result?: number;
}

/** One dispatch, or one in slices, ready to be encoded. */
export interface BoundDispatch {
  kernel: KernelSource;
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
}

export class Recorder {
  /** Since the engine was made. */
  dispatches = 0;
  submissions = 0;
  private readonly device: GPUDevice;
  private readonly memory: DeviceMemory;
  private readonly slots = new ArrayBuffer(SLOTS * ARGUMENT_BYTES);
  private readonly words = new Uint32Array(this.slots);
  private readonly floats = new Float32Array(this.slots);
  private readonly slotBuffer: GPUBuffer;
  private readonly argumentGroup: GPUBindGroup;
  private used = 0;
  private flops = 0;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private readonly afterSubmit: (() => void)[] = [];

  constructor(memory: DeviceMemory, pipelines: Pipelines) {
    this.memory = memory;
    this.device = memory.device;
    this.slotBuffer = memory.allocate(
      this.slots.byteLength / 4,
      'arguments',
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    this.argumentGroup = this.device.createBindGroup({
      layout: pipelines.argumentLayout,
      entries: [{ binding: 0, resource: { buffer: this.slotBuffer, size: ARGUMENT_BYTES } }],
    });
  }

  /** Records the dispatches of one call. */
  record(
    dispatches: readonly BoundDispatch[],
    args: CallArguments = {},
    batch: GPUBindGroup | null = null,
  ): void {
    let slot = this.writeSlot(args);
    for (const { kernel, pipeline, group } of dispatches) {
      const { slices, workgroups, usesArguments, usesBatch } = kernel;
      for (let slice = 0; slice < slices; slice++) {
        const isLong = this.flops > MOST_FLOPS;
        if (isLong) this.flush();
        if (isLong || slice > 0) slot = this.writeSlot(args, slice);
        const pass = this.openPass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        if (usesArguments) pass.setBindGroup(1, this.argumentGroup, [slot]);
        if (usesBatch) pass.setBindGroup(2, batch);
        pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
        this.flops += kernel.flops / slices;
      }
      if (slices > 1) slot = this.writeSlot(args);
      this.dispatches += slices;
    }
  }

  /** Gives where the slot begins, in bytes. What is recorded leaves first where no slot is free. */
  private writeSlot({ factor = 0, step = 0, count = 0, result = 0 }: CallArguments, slice = 0): number {
    if (this.used === SLOTS) this.flush();
    const first = (this.used * ARGUMENT_BYTES) / 4;
    this.floats[first] = factor;
    this.words[first + 1] = step;
    this.words[first + 2] = count;
    this.words[first + 3] = result;
    this.words[first + 4] = slice;
    return this.used++ * ARGUMENT_BYTES;
  }

  private openPass(): GPUComputePassEncoder {
    this.encoder ??= this.device.createCommandEncoder();
    this.pass ??= this.encoder.beginComputePass();
    return this.pass;
  }

  /** Records a copy, outside the compute pass. */
  copy(from: GPUBuffer, fromBytes: number, into: GPUBuffer, intoBytes: number, bytes: number): void {
    this.pass?.end();
    this.pass = null;
    this.encoder ??= this.device.createCommandEncoder();
    this.encoder.copyBufferToBuffer(from, fromBytes, into, intoBytes, bytes);
  }

  /** Calls back once everything recorded until now has been submitted. */
  onSubmitted(callback: () => void): void {
    this.afterSubmit.push(callback);
  }

  flush(): void {
    if (this.encoder) {
      this.pass?.end();
      if (this.used > 0)
        this.device.queue.writeBuffer(this.slotBuffer, 0, this.slots, 0, this.used * ARGUMENT_BYTES);
      this.device.queue.submit([this.encoder.finish()]);
      this.submissions++;
    }
    this.encoder = null;
    this.pass = null;
    this.used = 0;
    this.flops = 0;
    for (const callback of this.afterSubmit.splice(0)) callback();
    this.memory.freeRetired();
  }
}
