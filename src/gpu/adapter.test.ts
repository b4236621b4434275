import { describe, expect, it } from 'vitest';
import { adapterName, findAdapter, isSoftware } from './adapter.ts';

const info = (changes: Partial<GPUAdapterInfo>): GPUAdapterInfo =>
  ({ vendor: '', architecture: '', device: '', description: '', ...changes }) as GPUAdapterInfo;
const gpu = (requestAdapter: () => Promise<unknown>): GPU => ({ requestAdapter }) as unknown as GPU;

describe('findAdapter says why there is no WebGPU', () => {
  it('no API', async () => {
    expect(await findAdapter(undefined, true)).toMatchObject({ ok: false, reason: 'no-api' });
    const insecure = await findAdapter(undefined, false);
    expect(insecure).toMatchObject({ ok: false, reason: 'no-api' });
    expect(insecure.ok ? '' : insecure.hint).toContain('https');
  });

  it('no adapter', async () => {
    expect(await findAdapter(gpu(() => Promise.resolve(null)))).toMatchObject({
      ok: false,
      reason: 'no-adapter',
    });
  });

  it('blocked', async () => {
    const found = await findAdapter(gpu(() => Promise.reject(new Error('disabled by policy'))));
    expect(found).toMatchObject({ ok: false, reason: 'blocked' });
    expect(found.ok ? '' : found.message).toContain('disabled by policy');
  });

  it('or which one there is', async () => {
    const adapter = { info: info({ vendor: 'google', architecture: 'swiftshader' }) };
    expect(await findAdapter(gpu(() => Promise.resolve(adapter)))).toEqual({
      ok: true,
      adapter,
      name: 'google swiftshader',
      software: true,
    });
  });
});

describe('adapters', () => {
  it('are named by what the browser tells', () => {
    expect(adapterName(info({ vendor: 'apple', architecture: 'metal-3' }))).toBe('apple metal-3');
    expect(adapterName(info({ vendor: 'nvidia', description: 'NVIDIA GeForce RTX 4070' }))).toBe(
      'NVIDIA GeForce RTX 4070',
    );
    expect(adapterName(info({}))).toBe('unnamed GPU');
  });

  it('are software where the name or the flag says so', () => {
    expect(isSoftware(info({ description: 'llvmpipe (LLVM 15)' }))).toBe(true);
    expect(isSoftware(info({ isFallbackAdapter: true } as Partial<GPUAdapterInfo>))).toBe(true);
    expect(isSoftware(info({ vendor: 'intel', architecture: 'gen-12lp' }))).toBe(false);
  });
});
