/** A device for the tests, and single kernels run on it. */
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import type { KernelSource } from './kernels/wgsl.ts';
import { DeviceMemory } from './memory.ts';
import { Pipelines } from './pipelines.ts';

/** Throws where there is no WebGPU, and at every fault of the device. */
export async function openTestDevice(): Promise<GPUDevice> {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const opened = await openDevice(found);
  opened.onFault((fault) => {
    throw new Error(`${fault.kind}: ${fault.message}`);
  });
  return opened.device;
}

/** Runs one kernel; `inputs` are its read bindings in order, the result is its one written binding of `floats` numbers. */
export async function runKernel(
  device: GPUDevice,
  source: KernelSource,
  inputs: readonly Float32Array<ArrayBuffer>[],
  floats: number,
): Promise<Float32Array> {
  const memory = new DeviceMemory(device);
  const pipelines = Pipelines.of(device);
  const pipeline = await pipelines.compile(source);
  const waiting = [...inputs];
  let written: GPUBuffer | null = null;
  const buffers = source.bindings.map(({ access, name }) => {
    const values = access === 'read' ? waiting.shift() : undefined;
    const buffer = memory.allocate(values?.length ?? floats, name);
    if (values) device.queue.writeBuffer(buffer, 0, values);
    else written = buffer;
    return buffer;
  });
  const group = device.createBindGroup({
    layout: pipelines.layoutOf(source),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...source.workgroups);
  pass.end();
  const staging = device.createBuffer({
    size: written!.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  encoder.copyBufferToBuffer(written!, 0, staging, 0, staging.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const result = new Float32Array(staging.getMappedRange().slice(0)).subarray(0, floats);
  staging.destroy();
  memory.dispose();
  return result;
}
