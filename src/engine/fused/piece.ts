/** One smooth piece of a network's loss: its choices on the device, and the lists that make and use them. */
import type { Piece } from '../model.ts';
import { CompiledList } from './bindings.ts';
import type { PlanInputs } from './layerBuffers.ts';
import type { DeviceMemory } from './memory.ts';
import type { Pipelines } from './pipelines.ts';
import { makePiecePlan } from './planPiece.ts';

const LISTS = ['choose', 'forward', 'lossWithGradient', 'backward'] as const;
type Lists = Record<(typeof LISTS)[number], CompiledList>;

export class FusedPiece implements Piece {
  readonly lists: Lists;
  private readonly memory: DeviceMemory;
  private readonly buffer: GPUBuffer;
  private readonly onDispose: () => void;

  private constructor(lists: Lists, memory: DeviceMemory, buffer: GPUBuffer, onDispose: () => void) {
    this.lists = lists;
    this.memory = memory;
    this.buffer = buffer;
    this.onDispose = onDispose;
  }

  /** Compiles its kernels, at the first piece of a network. Rejects with EngineError. */
  static async create(inputs: PlanInputs, pipelines: Pipelines, onDispose: () => void): Promise<FusedPiece> {
    const { memory } = inputs;
    const plan = makePiecePlan(inputs);
    try {
      const compiled = LISTS.map((name) => CompiledList.compile(memory, pipelines, plan[name]));
      const lists = Object.fromEntries((await Promise.all(compiled)).map((list, i) => [LISTS[i], list]));
      return new FusedPiece(lists as Lists, memory, plan.buffer, onDispose);
    } catch (error) {
      memory.retire(plan.buffer);
      throw error;
    }
  }

  /** Drops the bind groups of a vector that is no more. */
  forget(buffer: GPUBuffer): void {
    for (const list of Object.values(this.lists)) list.forget(buffer);
  }

  dispose(): void {
    this.memory.retire(this.buffer);
    this.onDispose();
  }
}
