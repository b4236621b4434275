/** Numbers on their way back: every call that yields some has a slot; many slots are read with one copy. */
import { EngineError, type Pending, type Slot } from '../model.ts';
import type { DeviceMemory } from './memory.ts';
import type { Readbacks } from './readbacks.ts';
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
  private readonly recorder: Recorder;
  private readonly readbacks: Readbacks;
  private issued = 0;

  constructor(memory: DeviceMemory, recorder: Recorder, readbacks: Readbacks) {
    this.recorder = recorder;
    this.readbacks = readbacks;
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
    const rider = this.readbacks.room(runs.reduce((sum, run) => sum + run.count, 0) * BYTES_PER_SLOT);
    let { position } = rider;
    for (const { place, count } of runs) {
      const bytes = count * BYTES_PER_SLOT;
      this.recorder.copy(this.buffer, place * BYTES_PER_SLOT, rider.buffer, position, bytes);
      position += bytes;
    }
    this.recorder.flush();
    await rider.arrived;
    return pending.decode(rider.read((bytes) => numbersOf(slots, new Float32Array(bytes))));
  }
}

function numbersOf(slots: readonly ResultSlot[], floats: Float32Array): number[] {
  const numbers: number[] = [];
  let start = 0;
  for (const { length, vectors } of slots) {
    for (let i = start; i < start + length; i++) numbers.push(floats[i]!);
    start += vectors * FLOATS_PER_SLOT;
  }
  return numbers;
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
