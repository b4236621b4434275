import { describe, expect, it } from 'vitest';
import { NORMAL_WGSL, normalPair } from './normal.ts';
import { RandomStream } from './streams.ts';
import { THREEFRY_WGSL } from './threefry.ts';

const COUNT = 1 << 16;
const WORKGROUP = 64;
const STEP = 7;
const TOLERANCE = 1e-5;

async function openDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter; this suite must run on one.');
  return adapter.requestDevice();
}

/** Runs `body` for every i below COUNT; it writes the pair `out[i]`, whose type it names. */
async function compute(type: 'vec2u' | 'vec2f', body: string): Promise<ArrayBuffer> {
  const device = await openDevice();
  const code = `${THREEFRY_WGSL}${NORMAL_WGSL}
    @group(0) @binding(0) var<storage, read_write> out: array<${type}>;
    @compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3u) { let i = id.x; ${body} }`;
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const size = COUNT * 8;
  const out = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const back = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: out } }],
    }),
  );
  pass.dispatchWorkgroups(COUNT / WORKGROUP);
  pass.end();
  encoder.copyBufferToBuffer(out, 0, back, 0, size);
  device.queue.submit([encoder.finish()]);
  expect(await device.popErrorScope()).toBeNull();
  await back.mapAsync(GPUMapMode.READ);
  const values = back.getMappedRange().slice(0);
  device.destroy();
  return values;
}

describe('random numbers on WebGPU', () => {
  const stream = new RandomStream(0xdeadbeef, 'noiseUnit', 3);
  const address = `threefry2x32(vec2u(${stream.key[0]}u, ${stream.key[1]}u), vec2u(${STEP}u, i))`;

  it('are the same integers as in TypeScript', async () => {
    const actual = new Uint32Array(await compute('vec2u', `out[i] = ${address};`));
    const expected = new Uint32Array(2 * COUNT);
    for (let i = 0; i < COUNT; i++) expected.set(stream.bits(STEP, i), 2 * i);
    expect(actual.findIndex((word, i) => word !== expected[i])).toBe(-1);
  });

  it('are the same normal numbers as in TypeScript, to float32', async () => {
    const actual = new Float32Array(await compute('vec2f', `out[i] = normal_pair(${address});`));
    const expected = new Float64Array(2 * COUNT);
    for (let i = 0; i < COUNT; i++) {
      const bits = stream.bits(STEP, i);
      normalPair(bits[0]!, bits[1]!, expected.subarray(2 * i, 2 * i + 2));
    }
    const worst = actual.reduce((most, value, i) => {
      const difference = Math.abs(value - expected[i]!) / (1 + Math.abs(expected[i]!));
      return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    }, 0);
    expect(worst).toBeLessThan(TOLERANCE);
  });
});
