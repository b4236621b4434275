/** The device that a session computes on: WebGPU, else WebGL, else the CPU, and the engine for it. */
import { createCalibration } from '../engine/fused/calibrate.ts';
import { createFusedEngine } from '../engine/fused/engine.ts';
import type { Engine } from '../engine/model.ts';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import { findAdapter } from '../gpu/adapter.ts';
import { type DeviceFault, openDevice } from '../gpu/device.ts';
import { startFallback, startWebGpu } from '../gpu/tensorflow.ts';
import { calibrationStore } from './calibrationStore.ts';
import type { Device } from './lab.ts';

/** There is no way to ask a browser for the memory of its GPU: a multiple of the largest buffer it grants, bounded. */
const LARGEST_BUFFERS = 4;
const MOST_MEMORY_BYTES = 4 * 2 ** 30;
const FALLBACK_MEMORY_BYTES = 2 ** 30;

export interface ComputeDevice {
  device: Device;
  /** The fastest first; a network that one cannot run is given to the next. */
  engines: (() => Engine)[];
  /** For the short measurement, which chooses no kernels; null where there is none. */
  paceEngine: (() => Engine) | null;
  /** Destroys the GPU device as if the browser had lost it. */
  lose(): void;
  close(): void;
}

/** Opens the best device there is. `onFault` hears of everything that goes wrong on it from then on. */
export async function openComputeDevice(onFault: (fault: DeviceFault) => void): Promise<ComputeDevice> {
  const found = await findAdapter();
  if (!found.ok) return openFallback(found);
  try {
    const opened = await openDevice(found);
    opened.onFault(onFault);
    await startWebGpu(opened);
    const traits = { software: opened.software, subgroups: opened.device.features.has('subgroups') };
    const calibration = createCalibration(opened.device, traits, opened.name, calibrationStore());
    return {
      device: {
        backend: 'webgpu',
        adapter: opened.name,
        software: opened.software,
        fallback: null,
        memoryBytes: Math.min(MOST_MEMORY_BYTES, LARGEST_BUFFERS * opened.device.limits.maxBufferSize),
      },
      engines: [() => createFusedEngine(opened.device, traits, calibration), createReferenceEngine],
      paceEngine: () => createFusedEngine(opened.device, traits),
      lose: () => opened.device.destroy(),
      close: () => opened.close(),
    };
  } catch (error) {
    return openFallback({
      reason: 'blocked',
      message: `The GPU could not be opened: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Close other pages that use the GPU and reload, or use another browser.',
    });
  }
}

async function openFallback({
  reason,
  message,
  hint,
}: NonNullable<Device['fallback']>): Promise<ComputeDevice> {
  const { backend, name, software } = await startFallback();
  return {
    device: {
      backend,
      adapter: name,
      software,
      fallback: { reason, message, hint },
      memoryBytes: FALLBACK_MEMORY_BYTES,
    },
    engines: [createReferenceEngine],
    paceEngine: null,
    lose: () => {},
    close: () => {},
  };
}
