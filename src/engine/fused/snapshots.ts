/** Copies of vectors on their way back, while the device goes on. */
import type { Snapshot } from '../model.ts';
import { fromDevice, type Places } from './layout.ts';
import type { Readbacks } from './readbacks.ts';
import type { Recorder } from './recorder.ts';

/** A vector on the device, and where each number of the network's layout lies in it. */
export interface DeviceVector {
  readonly buffer: GPUBuffer;
  readonly places: Places;
}

/** Records the copies; they leave with the next submission. Rejects where the device is lost. */
export async function takeSnapshot(
  vectors: readonly DeviceVector[],
  recorder: Recorder,
  readbacks: Readbacks,
): Promise<Snapshot> {
  const rider = readbacks.room(vectors.reduce((sum, { buffer }) => sum + buffer.size, 0));
  let { position } = rider;
  for (const { buffer } of vectors) {
    recorder.copy(buffer, 0, rider.buffer, position, buffer.size);
    position += buffer.size;
  }
  const parts = vectors.map(({ buffer, places }) => ({ floats: buffer.size / 4, places }));
  await rider.arrived;
  return (into) =>
    rider.read((bytes) => {
      let start = 0;
      for (const [i, { floats, places }] of parts.entries()) {
        fromDevice(into[i]!, new Float32Array(bytes, 4 * start, floats), places);
        start += floats;
      }
    });
}
