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
  const { name } = source.bindings.find(({ access }) => access === 'write')!;
  return (await runKernelWriting(device, source, inputs, { [name]: floats }))[name]!;
}

/** The same for several written bindings: how many numbers each has, by its name. */
export async function runKernelWriting<Name extends string>(
  device: GPUDevice,
  source: KernelSource,
  inputs: readonly Float32Array<ArrayBuffer>[],
  floats: Record<Name, number>,
): Promise<Record<Name, Float32Array<ArrayBuffer>>> {
  const memory = new DeviceMemory(device);
  const pipelines = Pipelines.of(device);
  const pipeline = await pipelines.compile(source);
  const waiting = [...inputs];
  const written = new Map<Name, GPUBuffer>();
  const buffers = source.bindings.map(({ access, name }) => {
    const values = access === 'read' ? waiting.shift()! : null;
    const buffer = memory.allocate(values?.length ?? floats[name as Name], name);
    if (values) device.queue.writeBuffer(buffer, 0, values);
    else written.set(name as Name, buffer);
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
  device.queue.submit([encoder.finish()]);
  const results = {} as Record<Name, Float32Array<ArrayBuffer>>;
  for (const [name, buffer] of written)
    results[name] = (await readBack(device, buffer)).subarray(0, floats[name]);
  memory.dispose();
  return results;
}

async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
  const { size } = buffer;
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}
