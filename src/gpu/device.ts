/** Our own WebGPU device: with the adapter's limits and the features that the kernels can use, and with ears for its errors. */
import type { FoundAdapter } from './adapter.ts';

const WANTED_FEATURES: GPUFeatureName[] = ['timestamp-query', 'subgroups'];

/** Limits that large networks need; each is asked for at the adapter's maximum. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** A validation error or a loss of the device, as it reaches the run. */
export interface DeviceFault {
  kind: 'gpu-validation' | 'out-of-memory' | 'device-lost';
  message: string;
}

export interface OpenDevice {
  device: GPUDevice;
  info: GPUAdapterInfo;
  name: string;
  software: boolean;
  /** Called for every fault from now on. */
  onFault(listener: (fault: DeviceFault) => void): void;
  /** Destroys the device on purpose: no fault is reported. */
  close(): void;
}

/** Opens a device on the adapter. Rejects where the browser refuses. */
export async function openDevice({ adapter, name, software }: FoundAdapter): Promise<OpenDevice> {
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  const listeners: ((fault: DeviceFault) => void)[] = [];
  let closed = false;
  const report = (fault: DeviceFault): void => {
    if (!closed) for (const listener of listeners) listener(fault);
  };
  device.addEventListener('uncapturederror', ({ error }) => {
    const kind = error instanceof GPUOutOfMemoryError ? 'out-of-memory' : 'gpu-validation';
    report({ kind, message: error.message });
  });
  device.lost.then(({ reason, message }) =>
    report({ kind: 'device-lost', message: message || `The GPU device was lost (${reason}).` }),
  );
  return {
    device,
    info: adapter.info,
    name,
    software,
    onFault: (listener) => void listeners.push(listener),
    close: () => {
      closed = true;
      device.destroy();
    },
  };
}
