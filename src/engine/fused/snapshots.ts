/** Copies of vectors on their way back, while the device goes on: one read-back for all vectors of a snapshot. */
import type { Snapshot } from '../model.ts';
import { fromDevice, type Places } from './layout.ts';
import type { Recorder } from './recorder.ts';

/** A vector on the device, and where each number of the network's layout lies in it. */
export interface DeviceVector {
  readonly buffer: GPUBuffer;
  readonly places: Places;
}

export class Snapshots {
  private readonly device: GPUDevice;
  private readonly recorder: Recorder;
  /** Every buffer, and those that no snapshot needs. */
  private readonly all: GPUBuffer[] = [];
  private readonly free: GPUBuffer[] = [];

  constructor(device: GPUDevice, recorder: Recorder) {
    this.device = device;
    this.recorder = recorder;
  }

  /** Records the copies; they leave with the next submission. Rejects where the device is lost. */
  take(vectors: readonly DeviceVector[]): Promise<Snapshot> {
    const bytes = vectors.reduce((sum, { buffer }) => sum + buffer.size, 0);
    const staging = this.takeStaging(bytes);
    let position = 0;
    for (const { buffer } of vectors) {
      this.recorder.copy(buffer, 0, staging, position, buffer.size);
      position += buffer.size;
    }
    const parts = vectors.map(({ buffer, places }) => ({ floats: buffer.size / 4, places }));
    return new Promise((resolve, reject) => {
      const read = (): void =>
        resolve((into) => {
          // The buffer is not copied but read where it lies: fresh memory for its bytes takes far longer than they do.
          const mapped = staging.getMappedRange(0, bytes);
          let start = 0;
          for (const [i, { floats, places }] of parts.entries()) {
            fromDevice(into[i]!, new Float32Array(mapped, 4 * start, floats), places);
            start += floats;
          }
          staging.unmap();
          this.free.push(staging);
        });
      this.recorder.onSubmitted(() => staging.mapAsync(GPUMapMode.READ, 0, bytes).then(read).catch(reject));
    });
  }

  /** Buffers go back for the next snapshot of the same networks. */
  private takeStaging(bytes: number): GPUBuffer {
    const index = this.free.findIndex(({ size }) => size === bytes);
    if (index >= 0) return this.free.splice(index, 1)[0]!;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = this.device.createBuffer({ size: bytes, usage, label: 'snapshot' });
    this.all.push(staging);
    return staging;
  }

  dispose(): void {
    for (const buffer of this.all) buffer.destroy();
  }
}
