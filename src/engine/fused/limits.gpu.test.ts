/** What happens where a device's limits end: split, or refused with a message. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../model.ts';
import { inSlices, kernel, read, write } from './kernels/wgsl.ts';
import { DeviceMemory } from './memory.ts';
import { Pipelines } from './pipelines.ts';
import { Recorder } from './recorder.ts';
import { openTestDevice, runKernel } from './testDevice.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openTestDevice();
});

/** A device of which nothing but its limits is asked before it refuses. */
const limitedTo = (limits: Partial<GPUSupportedLimits>): GPUDevice =>
  ({ limits: { ...limits }, createBindGroupLayout: () => ({}) }) as unknown as GPUDevice;

async function problemOf(work: () => unknown): Promise<EngineError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a device that allows less', () => {
  it('refuses a buffer that it cannot bind in one piece, with both sizes', async () => {
    const memory = new DeviceMemory(
      limitedTo({ maxStorageBufferBindingSize: 2 ** 20, maxBufferSize: 2 ** 28 }),
    );
    const problem = await problemOf(() => memory.allocate(3 * 2 ** 19, 'output 3'));
    expect(problem.kind).toBe('out-of-memory');
    expect(problem.message).toBe('The output 3 would take 6.0 MiB; this device allows 1.0 MiB in one piece.');
    expect(memory.count).toBe(0);
  });

  it('refuses a kernel that binds more buffers than it allows, with both numbers', async () => {
    const bindings = [...Array.from({ length: 5 }, (_, i) => read(`X${i}`)), write('Y')];
    const many = kernel({ name: 'many', bindings, threads: 4, body: '  Y[t] = X0[t];', usesBatch: true });
    const pipelines = Pipelines.of(limitedTo({ maxStorageBuffersPerShaderStage: 7 }));
    const problem = await problemOf(() => pipelines.compile(many));
    expect(problem.kind).toBe('unsupported');
    expect(problem.message).toBe('The kernel “many” needs 8 storage buffers; this device allows 7.');
  });
});

it('a kernel that does not compile is an error with the compiler’s words and the line', async () => {
  const broken = kernel({
    ...{ name: 'broken', bindings: [write('Y')], threads: 4 },
    body: '  Y[t] = vec4f(nonsense);',
  });
  const problem = await problemOf(() => Pipelines.of(device).compile(broken));
  expect(problem.kind).toBe('kernel');
  expect(problem.message).toMatch(
    /^The kernel “broken” does not compile on this device: line \d+: .*nonsense/,
  );
});

describe('more workgroups than a dimension allows', () => {
  /** 100,001 workgroups of two threads: no row of them is full. */
  const THREADS = 200_001;
  const expected = Float32Array.from({ length: 4 * THREADS }, (_, i) => Math.floor(i / 4));
  const text = { name: 'numbers', bindings: [write('Y')], threads: THREADS, workgroupSize: 2 };

  it('become rows, each thread once', async () => {
    const alone = kernel({ ...text, body: '  Y[t] = vec4f(f32(t));' });
    expect(alone.workgroups).toEqual([50_001, 2]);
    expect(await runKernel(device, alone, [], expected.length)).toEqual(expected);
  });

  it('stay together where workgroups do, and those beyond the last one leave', async () => {
    const together = kernel({
      ...text,
      keepsAllThreads: true,
      declarations: 'var<workgroup> own: array<u32, 2>;',
      body: `  own[local] = workgroup * 2u + local;
  workgroupBarrier();
  let other = own[1u - local];
  if (other < ${THREADS}u) { Y[other] = vec4f(f32(other)); }`,
    });
    expect(await runKernel(device, together, [], expected.length)).toEqual(expected);
    expect(together.code).toContain('if (workgroup >= 100001u) { return; }');
  });
});

it('slices do together what the whole does, more of them than there are slots between two submissions', async () => {
  const [threads, slices] = [37 * 8, 37];
  const text = {
    name: 'sums',
    bindings: [write('Y', 'f32')],
    threads,
    workgroupSize: 8,
    // Every call adds to what the ones before it left: each thread of each call is seen once.
    body: '  Y[t] += f32(t) + arguments.factor;',
    usesArguments: true,
  };
  const sliced = inSlices(text, slices);
  expect(sliced.slices).toBe(slices);
  const [memory, pipelines] = [new DeviceMemory(device), Pipelines.of(device)];
  const recorder = new Recorder(memory, pipelines);
  const buffer = memory.allocate(threads, 'Y');
  const group = device.createBindGroup({
    layout: pipelines.layoutOf(sliced),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const pipeline = await pipelines.compile(sliced);
  const calls = 150;
  for (let call = 0; call < calls; call++)
    recorder.record([{ kernel: sliced, pipeline, group }], { factor: call % 3 });
  const staging = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  recorder.copy(buffer, 0, staging, 0, buffer.size);
  recorder.flush();
  expect(recorder.submissions).toBeGreaterThan(1);
  expect(recorder.dispatches).toBe(calls * slices);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  expect(values).toEqual(Float32Array.from({ length: threads }, (_, t) => calls * (t + 1)));
  staging.destroy();
  memory.dispose();
});
