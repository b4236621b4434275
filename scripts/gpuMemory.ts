/** Counts the bytes of all GPU buffers that live in the worker that trains, from the first to the last call of WebGPU. */
import type { Page } from 'playwright';

const COUNTING = `
  const bytesOf = new WeakMap();
  globalThis.liveGpuBytes = 0;
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    bytesOf.set(buffer, descriptor.size);
    globalThis.liveGpuBytes += descriptor.size;
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    globalThis.liveGpuBytes -= bytesOf.get(this) ?? 0;
    bytesOf.delete(this);
    return destroy.call(this);
  };
`;

/** Before the page is opened. */
export async function countGpuMemory(page: Page): Promise<void> {
  await page.route(/\/labWorker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `{${COUNTING}}\n${await response.text()}` });
  });
}

/** Bytes that are allocated now. */
export function gpuBytes(page: Page): Promise<number> {
  const worker = page.workers()[0];
  if (!worker) throw new Error('The page has no worker.');
  return worker.evaluate(() => (globalThis as unknown as { liveGpuBytes: number }).liveGpuBytes);
}
