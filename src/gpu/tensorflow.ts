/** TensorFlow.js on our device, or on WebGL or the CPU where there is no WebGPU. */
import { env, findBackendFactory, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import type { OpenDevice } from './device.ts';

/** Makes tfjs compute on the given device. Rejects where its backend cannot be built. */
export async function startWebGpu({ device, info }: OpenDevice): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Small tensors would otherwise be computed in JavaScript.
  env().set('WEBGPU_CPU_FORWARD', false);
  // The split-K product adds with float atomics, in another order every time.
  env().set('WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL', 1);
  env().set('WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE', false);
  if (findBackendFactory('webgpu')) removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await setBackend('webgpu'))) throw new Error('TensorFlow.js could not start its WebGPU backend.');
}

export interface FallbackBackend {
  backend: 'webgl' | 'cpu';
  name: string;
  software: boolean;
}

/** WebGL where it computes in float32, else the CPU. */
export async function startFallback(): Promise<FallbackBackend> {
  const renderer = webglRenderer();
  if (renderer !== null) {
    await import('@tensorflow/tfjs-backend-webgl');
    try {
      const started = await setBackend('webgl');
      if (started && env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'))
        return {
          backend: 'webgl',
          name: renderer,
          software: /swiftshader|llvmpipe|software/i.test(renderer),
        };
    } catch {
      // A WebGL context that cannot compute is no reason to stop: the CPU can.
    }
  }
  await startCpu();
  return { backend: 'cpu', name: 'CPU', software: true };
}

export async function startCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await setBackend('cpu'))) throw new Error('TensorFlow.js could not start its CPU backend.');
}

/** The name of the WebGL 2 renderer, or null where there is none. */
function webglRenderer(): string | null {
  if (typeof OffscreenCanvas === 'undefined') return null;
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!context) return null;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const name = names
    ? context.getParameter(names.UNMASKED_RENDERER_WEBGL)
    : context.getParameter(context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return String(name);
}
