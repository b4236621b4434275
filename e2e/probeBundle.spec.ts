/** The last probe of a network as a safetensors file: every tensor that recomputes it, and what the record says of it. */
import { expect, type Page } from '@playwright/test';
import { runToEnd, sharedPage, test } from './lab.ts';
import { readSafetensors, type Safetensors } from './safetensors.ts';

const lab = sharedPage();

async function bundleOf(page: Page, variant: string): Promise<Safetensors> {
  const bytes = await page.evaluate(
    async (id) => Array.from(new Uint8Array(await window.normscape.probeBundle(id))),
    variant,
  );
  return readSafetensors(Uint8Array.from(bytes));
}

const LAYERS = [
  { name: 'conv1', kernel: [3, 3, 1, 4], activations: [8, 28, 28, 4] },
  { name: 'conv2', kernel: [3, 3, 4, 8], activations: [8, 14, 14, 8] },
  { name: 'conv3', kernel: [3, 3, 8, 8], activations: [8, 7, 7, 8] },
];

/** Names and shapes of the tensors of a network of `MICRO`. */
function tensorsOf({
  isNormalised,
  isNoisy,
}: {
  isNormalised: boolean;
  isNoisy: boolean;
}): Record<string, number[]> {
  const expected: Record<string, number[]> = {
    'batch.x': [8, 28, 28, 1],
    'batch.y': [8],
    'test.x': [100, 28, 28, 1],
    'test.y': [100],
  };
  for (const { name, kernel } of isNormalised ? LAYERS : [])
    for (const role of ['mean', 'spread']) expected[`running/${name}/${role}`] = kernel.slice(-1);
  for (const prefix of ['param', 'grad']) {
    expected[`${prefix}/dense1/kernel`] = [7 * 7 * 8, 10];
    expected[`${prefix}/dense1/bias`] = [10];
    for (const { name, kernel } of LAYERS) {
      expected[`${prefix}/${name}/kernel`] = kernel;
      if (!isNormalised) continue;
      expected[`${prefix}/${name}/gamma`] = kernel.slice(-1);
      expected[`${prefix}/${name}/beta`] = kernel.slice(-1);
    }
  }
  for (const { name, activations } of isNoisy ? LAYERS : [])
    for (const kind of ['shift', 'scale']) expected[`noise/${name}/${kind}`] = activations;
  return expected;
}

test('bundles hold the promised tensors, and agree with the record', async () => {
  const page = lab();
  const record = await runToEnd(page);
  for (const [i, id] of ['none', 'batch', 'noisy-batch'].entries()) {
    const { metadata, tensors } = await bundleOf(page, id);
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual(tensorsOf({ isNormalised: id !== 'none', isNoisy: id === 'noisy-batch' }));
    for (const [name, { dtype, values }] of Object.entries(tensors)) {
      expect(dtype, name).toBe(name.endsWith('.y') ? 'I32' : 'F32');
      expect(values.every(Number.isFinite), name).toBe(true);
    }

    const read = (key: string): unknown => JSON.parse(metadata[key]!);
    const { landscape, ics } = record.variants[i]!;
    expect([read('format'), read('version')]).toEqual(['normscape-probe', 2]);
    expect(read('variant')).toBe(id);
    const { test: tested } = record.variants[i]!;
    expect(read('test')).toEqual({ loss: tested.loss.at(-1), accuracy: tested.accuracy.at(-1) });
    expect(read('experiment')).toEqual(record.experiment);
    expect(read('step')).toBe(30);
    expect(read('epsilon')).toBe(1e-5);
    expect(read('loss')).toBe(landscape.loss.at(-1));
    expect(read('stepSizes')).toEqual(landscape.stepSizes);
    expect(read('lossAt')).toEqual(landscape.lossAt.at(-1));
    expect(read('gradientDifferenceAt')).toEqual(landscape.gradientDifferenceAt.at(-1));
    expect(read('beta')).toBe(landscape.beta.at(-1));
    expect(read('fine')).toMatchObject({ beta: landscape.fine.beta.at(-1) });
    expect(read('ics')).toEqual(
      ics.layers.map(({ layer, l2, cosine }) => ({ layer, l2: l2.at(-1), cosine: cosine.at(-1) })),
    );
    // The gradient in the file has the length that the record holds.
    const gradient = Object.keys(tensors).flatMap((name) =>
      name.startsWith('grad/') ? tensors[name]!.values : [],
    );
    expect(Math.hypot(...gradient) / landscape.gradientNorm.at(-1)!).toBeCloseTo(1, 4);
  }
});
