/** Copies of vectors on their way back, while the device goes on: one read-back for all vectors of a snapshot. */
import { fromDevice } from './layout.ts';
import type { Recorder } from './recorder.ts';

/** A vector on the device, and where each number of the network's layout lies in it. */
export interface DeviceVector {
  readonly buffer: GPUBuffer;
  readonly positions: Uint32Array;
}

type Values = Float32Array<ArrayBuffer>;

export class Snapshots {
  private readonly device: GPUDevice;
  private readonly recorder: Recorder;
  private free: GPUBuffer[] = [];

  constructor(device: GPUDevice, recorder: Recorder) {
    this.device = device;
    this.recorder = recorder;
  }

  /** Records the copies; they leave with the next submission. Rejects where the device is lost. */
  take(vectors: readonly DeviceVector[]): Promise<() => Values[]> {
    const bytes = vectors.reduce((sum, { buffer }) => sum + buffer.size, 0);
    const staging = this.takeStaging(bytes);
    let position = 0;
    for (const { buffer } of vectors) {
      this.recorder.copy(buffer, 0, staging, position, buffer.size);
      position += buffer.size;
    }
    return new Promise((resolve, reject) => {
      const read = (): void => resolve(this.unpacker(vectors, this.takeBytes(staging, bytes)));
      this.recorder.onSubmitted(() => staging.mapAsync(GPUMapMode.READ, 0, bytes).then(read).catch(reject));
    });
  }

  /** Buffers go back for the next snapshot of the same networks. */
  private takeStaging(bytes: number): GPUBuffer {
    const index = this.free.findIndex(({ size }) => size === bytes);
    if (index >= 0) return this.free.splice(index, 1)[0]!;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ size: bytes, usage, label: 'snapshot' });
  }

  private takeBytes(staging: GPUBuffer, bytes: number): ArrayBuffer {
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    this.free.push(staging);
    return copy;
  }

  private unpacker(vectors: readonly DeviceVector[], bytes: ArrayBuffer): () => Values[] {
    const parts = vectors.map(({ buffer, positions }) => ({ floats: buffer.size / 4, positions }));
    return () => {
      let start = 0;
      return parts.map(({ floats, positions }) => {
        const spread = new Float32Array(bytes, 4 * start, floats);
        start += floats;
        return fromDevice(spread, positions);
      });
    };
  }

  dispose(): void {
    for (const buffer of this.free) buffer.destroy();
    this.free = [];
  }
}
