/** Numbers on their way back: every call that yields some has a slot; many slots are read with one copy. */
import { EngineError, type Pending, type Slot } from '../model.ts';
import type { DeviceMemory } from './memory.ts';
import type { Recorder } from './recorder.ts';

/** Results are overwritten after this many later ones. */
const CAPACITY = 1 << 16;
const FLOATS_PER_SLOT = 4;
const BYTES_PER_SLOT = 4 * FLOATS_PER_SLOT;

interface ResultSlot extends Slot {
  /** vec4f that it takes. */
  vectors: number;
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

  /** A slot of `length` floats, and the index of its first vec4f for the kernel. */
  next(length: number): { slot: Slot; index: number } {
    const vectors = Math.ceil(length / FLOATS_PER_SLOT);
    const left = CAPACITY - (this.issued % CAPACITY);
    // A longer slot does not wrap around the end.
    if (left < vectors) this.issued += left;
    const serial = this.issued;
    this.issued += vectors;
    const slot: ResultSlot = { length, serial, vectors };
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
    const numbers: number[] = [];
    let start = 0;
    for (const { length, vectors } of slots) {
      for (let i = start; i < start + length; i++) numbers.push(floats[i]!);
      start += vectors * FLOATS_PER_SLOT;
    }
    return pending.decode(numbers);
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
  for (const { serial, vectors } of slots) {
    const place = serial % CAPACITY;
    const last = runs.at(-1);
    if (last && last.place + last.count === place) last.count += vectors;
    else runs.push({ place, count: vectors });
  }
  return runs;
}
