/** Buffers on the device, counted: what is live, and how many bytes. */
import { EngineError } from '../model.ts';

// Where there is no WebGPU its constants do not exist either; this module is loaded all the same.
const storageUsage = (): number => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
const BYTES_PER_FLOAT = 4;

export class DeviceMemory {
  readonly device: GPUDevice;
  private readonly live = new Map<GPUBuffer, number>();
  private readonly shared = new Map<string, GPUBuffer>();
  /** Buffers that commands not yet submitted may still use. */
  private retired: GPUBuffer[] = [];

  constructor(device: GPUDevice) {
    this.device = device;
  }

  get count(): number {
    return this.live.size;
  }

  get bytes(): number {
    return [...this.live.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** A new zeroed buffer. Throws EngineError where the device cannot bind one so large. */
  allocate(floats: number, label: string, usage: number = storageUsage()): GPUBuffer {
    const size = Math.max(16, Math.ceil(floats / 4) * 4 * BYTES_PER_FLOAT);
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (size > most)
      throw new EngineError(
        'out-of-memory',
        `The ${label} would take ${mebibytes(size)}; this device allows ${mebibytes(most)} in one piece.`,
        'Make the minibatch or the widths of the network smaller.',
      );
    const buffer = this.device.createBuffer({ size, usage, label });
    this.live.set(buffer, size);
    return buffer;
  }

  /** The buffer of this name and size, made at first use; networks that never run at the same time share it. */
  workspace(name: string, floats: number): GPUBuffer {
    const key = `${name}:${floats}`;
    let buffer = this.shared.get(key);
    if (!buffer) {
      buffer = this.allocate(floats, name);
      this.shared.set(key, buffer);
    }
    return buffer;
  }

  /** Frees a buffer once everything recorded so far has been submitted. */
  retire(buffer: GPUBuffer): void {
    if (this.live.delete(buffer)) this.retired.push(buffer);
  }

  /** To be called right after a submission. */
  freeRetired(): void {
    for (const buffer of this.retired) buffer.destroy();
    this.retired = [];
  }

  dispose(): void {
    for (const buffer of this.live.keys()) buffer.destroy();
    this.live.clear();
    this.shared.clear();
    this.freeRetired();
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 24 ? 1 : 0)} MiB`;
}
