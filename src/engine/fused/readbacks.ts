/** Bytes on their way back from the device: what leaves with one submission comes in one buffer, which is mapped once. */

import { roundUp } from './kernels/wgsl.ts';
import type { Recorder } from './recorder.ts';

/** Buffers are so much larger than what they are made for, and what leaves with it may ride along. */
const SPARE_BYTES = 1 << 14;
const SIZE_STEP = 1 << 16;
/** Mapped ranges begin at multiples. */
const ALIGNMENT = 8;

interface Staging {
  buffer: GPUBuffer;
  used: number;
  /** Riders that have not been read yet. */
  unread: number;
  mapped: Promise<void>;
}

/** Room for the copy of some bytes. */
export class Rider {
  readonly buffer: GPUBuffer;
  readonly position: number;
  private readonly bytes: number;
  private readonly staging: Staging;
  private readonly whenRead: () => void;

  constructor(staging: Staging, bytes: number, whenRead: () => void) {
    this.staging = staging;
    this.buffer = staging.buffer;
    this.position = staging.used;
    this.bytes = bytes;
    this.whenRead = whenRead;
    staging.used = roundUp(staging.used + bytes, ALIGNMENT);
    staging.unread++;
  }

  /** Resolves once the bytes are here. Rejects where the device is lost. */
  get arrived(): Promise<void> {
    return this.staging.mapped;
  }

  /** Reads the bytes where they lie, once: fresh memory for a copy takes far longer than they do. Throws where the device was lost. */
  read<T>(use: (bytes: ArrayBuffer) => T): T {
    try {
      return use(this.buffer.getMappedRange(this.position, this.bytes));
    } finally {
      if (--this.staging.unread === 0) this.whenRead();
    }
  }
}

export class Readbacks {
  private readonly device: GPUDevice;
  private readonly recorder: Recorder;
  /** Every buffer, and those that are not in use. */
  private readonly all: GPUBuffer[] = [];
  private readonly free: GPUBuffer[] = [];
  /** The one that leaves with the next submission. */
  private leaving: Staging | null = null;

  constructor(device: GPUDevice, recorder: Recorder) {
    this.device = device;
    this.recorder = recorder;
  }

  /** Room for what is to be copied before the next submission. */
  room(bytes: number): Rider {
    const { leaving } = this;
    const fits = leaving && leaving.used + bytes <= leaving.buffer.size;
    const staging = fits ? leaving : this.stage(bytes);
    return new Rider(staging, bytes, () => {
      staging.buffer.unmap();
      this.free.push(staging.buffer);
    });
  }

  private stage(bytes: number): Staging {
    const buffer = this.takeBuffer(roundUp(bytes + SPARE_BYTES, SIZE_STEP));
    const mapped = new Promise<void>((resolve, reject) => {
      this.recorder.onSubmitted(() => {
        if (this.leaving === staging) this.leaving = null;
        buffer.mapAsync(GPUMapMode.READ, 0, staging.used).then(resolve, reject);
      });
    });
    // Whoever rides waits for it; until then a rejection is not unhandled.
    mapped.catch(() => {});
    const staging: Staging = { buffer, used: 0, unread: 0, mapped };
    this.leaving = staging;
    return staging;
  }

  private takeBuffer(size: number): GPUBuffer {
    const index = this.free.findIndex((buffer) => buffer.size === size);
    if (index >= 0) return this.free.splice(index, 1)[0]!;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size, usage, label: 'readback' });
    this.all.push(buffer);
    return buffer;
  }

  dispose(): void {
    for (const buffer of this.all) buffer.destroy();
  }
}
