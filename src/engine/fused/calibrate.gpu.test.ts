import { beforeAll, describe, expect, it } from 'vitest';
import { normals, testBatch, testNetwork, testParameters } from '../testNetworks.ts';
import { type CalibrationStore, createCalibration, type RememberedSite } from './calibrate.ts';
import { createFusedEngine } from './engine.ts';
import { convolution } from './kernels/convolution.ts';
import { kernel, read, write } from './kernels/wgsl.ts';
import { Measurement } from './measureKernels.ts';
import { Pipelines } from './pipelines.ts';
import { openTestDevice } from './testDevice.ts';
import { convolutionTiles } from './tiles.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openTestDevice();
});

const traits = { software: true, subgroups: true };
const network = testNetwork({ name: '', network: 'vgg:8-16-M-32', variant: 'batch', input: [14, 14, 1] });

function memoryStore(): CalibrationStore & { saved: Record<string, unknown> } {
  return {
    saved: {},
    load() {
      return Promise.resolve({ ...this.saved });
    },
    save(sites) {
      this.saved = { ...sites };
      return Promise.resolve();
    },
  };
}

describe('calibration', () => {
  it('measures every large shape once, prefers nothing with other bits, and remembers', async () => {
    const store = memoryStore();
    const first = createCalibration(device, traits, 'test', store);
    const progress: number[] = [];
    await first.prepare(network, 16, (done) => progress.push(done));
    // Two convolutions after the first layer: forward, gradient of the input, gradient of the kernel.
    expect(first.sites.map((site) => site.kind).sort()).toEqual(
      [
        'convolution',
        'convolution',
        'input gradient',
        'input gradient',
        'kernel gradient',
        'kernel gradient',
      ].sort(),
    );
    expect(progress).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const site of first.sites) {
      expect(site.candidates.every((candidate) => candidate.refused === null && candidate.ms! > 0)).toBe(
        true,
      );
      expect(site.candidates.length).toBeGreaterThan(2);
      expect(site.candidates[site.chosen]).toBeDefined();
    }
    // What is kept says why: everything measured, beside the tile that recalls it.
    const kept = Object.values(store.saved) as RememberedSite[];
    expect(kept.map(({ adapter, tile, ...rest }) => [adapter, typeof tile, rest])).toEqual(
      first.sites.map((site) => ['test', 'object', { ...site, subgroups: traits.subgroups }]),
    );
    const second = createCalibration(device, traits, 'test', store);
    await second.prepare(network, 16);
    expect(second.sites).toEqual([]);
    const other = createCalibration(device, traits, 'another adapter', store);
    await other.prepare(network, 16);
    expect(other.sites).toHaveLength(6);
  });

  it('changes no number', async () => {
    const calibration = createCalibration(device, traits, 'test');
    const run = async (measured: boolean) => {
      const engine = createFusedEngine(device, traits, measured ? calibration : null);
      const model = await engine.model(network, 16);
      const [theta, gradient] = [model.vector(testParameters(network)), model.vector()];
      await engine.read(model.gradient(theta, engine.batch(testBatch(network, 16)), gradient));
      return model.values(gradient);
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('works where nothing can be stored', async () => {
    const denied: CalibrationStore = {
      load: () => Promise.reject(new Error('denied')),
      save: () => Promise.reject(new Error('denied')),
    };
    const calibration = createCalibration(device, traits, 'test', denied);
    await calibration.prepare(network, 16);
    expect(calibration.sites).toHaveLength(6);
  });
});

describe('a candidate is refused', () => {
  const shape = { examples: 4, height: 8, width: 8, inputs: 8, outputs: 8 };
  const inputs = [normals(4 * 100 * 8, 1), normals(9 * 64, 2)];
  const outputFloats = 4 * 64 * 8;
  const plain = convolution(shape, convolutionTiles(shape, { software: true, subgroups: false })[0]!);

  it('with other bits than the plainest', async () => {
    const wrong = { ...plain, code: plain.code.replace('let ky = i /', 'let ky = (i + 1u) /') };
    expect(wrong.code).not.toBe(plain.code);
    const [result] = await new Measurement(Pipelines.of(device)).run([wrong, plain], inputs, outputFloats);
    expect(result).toEqual({ ms: null, refused: 'other bits' });
  });

  it('where it does not compile', async () => {
    const broken = kernel({
      name: 'broken',
      bindings: [read('X'), read('K'), write('Y')],
      threads: 64,
      body: '  Y[t] = nonsense;',
    });
    const [result] = await new Measurement(Pipelines.of(device)).run([broken, plain], inputs, outputFloats);
    expect(result).toEqual({ ms: null, refused: 'does not compile' });
  });

  it('is nothing to go by where the plainest does not compile', async () => {
    const broken = { ...plain, code: plain.code.replace('let ky = i /', 'let ky = nonsense /') };
    const run = new Measurement(Pipelines.of(device)).run([plain, broken], inputs, outputFloats);
    await expect(run).rejects.toMatchObject({ kind: 'kernel' });
  });
});
