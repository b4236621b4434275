/** Numbers on their way back: every call that yields some has a slot of four floats; many slots are read with one copy. */
import { EngineError, type Pending, type Slot } from '../model.ts';
import type { DeviceMemory } from './memory.ts';
import type { Recorder } from './recorder.ts';

/** Results are overwritten after this many later ones. */
const CAPACITY = 1 << 16;
const FLOATS_PER_SLOT = 4;
const BYTES_PER_SLOT = 4 * FLOATS_PER_SLOT;

interface ResultSlot extends Slot {
  /** Counted since the engine was made; its place is this modulo the capacity. */
  serial: number;
}

export class Results {
  readonly buffer: GPUBuffer;
  private readonly device: GPUDevice;
  private readonly recorder: Recorder;
  private issued = 0;
  private staging: GPUBuffer[] = [];

  constructor(memory: DeviceMemory, recorder: Recorder) {
    this.device = memory.device;
    this.recorder = recorder;
    this.buffer = memory.allocate(CAPACITY * FLOATS_PER_SLOT, 'results');
  }

  /** A slot of which the first `length` floats count, and its index for the kernel. */
  next(length: number): { slot: Slot; index: number } {
    const serial = this.issued++;
    const slot: ResultSlot = { length, serial };
    return { slot, index: serial % CAPACITY };
  }

  /** Submits what is recorded and waits for the values. */
  async read<T>(pending: Pending<T>): Promise<T> {
    const slots = pending.slots as readonly ResultSlot[];
    if (slots.length === 0) {
      this.recorder.flush();
      return pending.decode([]);
    }
    if (slots.some(({ serial }) => serial < this.issued - CAPACITY))
      throw new EngineError(
        'internal',
        'Results were read so late that newer ones had taken their place.',
        'Run again; if it happens again, report this message.',
      );
    const runs = contiguousRuns(slots);
    const staging = this.takeStaging(runs.reduce((sum, run) => sum + run.count, 0) * BYTES_PER_SLOT);
    let position = 0;
    for (const { place, count } of runs) {
      this.recorder.copy(this.buffer, place * BYTES_PER_SLOT, staging, position, count * BYTES_PER_SLOT);
      position += count * BYTES_PER_SLOT;
    }
    this.recorder.flush();
    await staging.mapAsync(GPUMapMode.READ, 0, position);
    const floats = new Float32Array(staging.getMappedRange(0, position).slice(0));
    staging.unmap();
    this.staging.push(staging);
    return pending.decode(
      slots.flatMap(({ length }, i) => [
        ...floats.subarray(i * FLOATS_PER_SLOT, i * FLOATS_PER_SLOT + length),
      ]),
    );
  }

  private takeStaging(bytes: number): GPUBuffer {
    const index = this.staging.findIndex((buffer) => buffer.size >= bytes);
    if (index >= 0) return this.staging.splice(index, 1)[0]!;
    const size = 2 ** Math.ceil(Math.log2(Math.max(4096, bytes)));
    return this.device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  dispose(): void {
    for (const buffer of this.staging) buffer.destroy();
    this.staging = [];
  }
}

/** Slots that follow one another in the buffer, in the order given. */
function contiguousRuns(slots: readonly ResultSlot[]): { place: number; count: number }[] {
  const runs: { place: number; count: number }[] = [];
  for (const { serial } of slots) {
    const place = serial % CAPACITY;
    const last = runs.at(-1);
    if (last && last.place + last.count === place) last.count++;
    else runs.push({ place, count: 1 });
  }
  return runs;
}
