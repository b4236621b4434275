import { describe, expect, it } from 'vitest';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import {
  addScaled,
  compareRange,
  dataOf,
  Float64Slot,
  Float64Vector,
  readSlots,
} from '../engine/float64/vectors.ts';
import { type Batch, lossAndAccuracy, type Model, Pending } from '../engine/model.ts';
import { readFixtures } from '../engine/testFixtures.ts';
import { normals, testBatch, testNetwork, testParameters } from '../engine/testNetworks.ts';
import type { Network } from '../network/network.ts';
import { exampleUnits } from './activations.ts';
import { filterNormalisedDirection, flatness } from './flatness.ts';
import { internalCovariateShift } from './internalCovariateShift.ts';
import { probeLandscape, summariseGrid } from './landscape.ts';
import { layerNorms } from './layerNorms.ts';
import { randomDirection } from './randomDirection.ts';
import { SHARPNESS_TOLERANCE, sharpness } from './sharpness.ts';
import { largestEigenvalue } from './tridiagonal.ts';

const noBatch: Batch = { step: 0, count: 1, dispose: () => {} };

/** L(θ) = ½ θᵀAθ with a symmetric A, positive before its eigenvalues are moved down by `shift`. */
function quadratic(size: number, shift = 0): { model: Model; matrix: number[][] } {
  const entries = normals(size * size, 5);
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) =>
      Array.from({ length: size }, (_, k) => entries[i * size + k]! * entries[j * size + k]!).reduce(
        (a, b) => a + b,
        i === j ? -shift : 0,
      ),
    ),
  );
  const times = (x: Float64Array): Float64Array =>
    Float64Array.from(matrix, (row) => row.reduce((sum, a, j) => sum + a * x[j]!, 0));
  const loss = (x: Float64Array): number => times(x).reduce((sum, value, i) => sum + (value * x[i]!) / 2, 0);
  const model: Model = {
    network: { size, seed: 1 } as Network,
    vector: (values = new Float32Array(size)) => new Float64Vector(Float64Array.from(values)),
    piece: () => Promise.resolve({ dispose: () => {} }),
    gradientOn: (_, theta, batch, into) => model.gradient(theta, batch, into),
    addScaled,
    compare: (a, b) => compareRange(a, b, 0, size),
    copy: (into, from) => dataOf(into).set(dataOf(from)),
    matchNorm: (into, a, b) => {
      const factor = Math.hypot(...dataOf(b)) / Math.hypot(...dataOf(a));
      dataOf(into).set(dataOf(a).map((value) => factor * value));
    },
    gradient: (theta, _, into) => {
      dataOf(into).set(times(dataOf(theta)));
      return new Pending([new Float64Slot([loss(dataOf(theta)), Number.NaN])], lossAndAccuracy);
    },
  } as Partial<Model> as Model;
  return { model, matrix };
}

describe('on the quadratic ½ θᵀAθ', () => {
  const size = 6;
  const { model, matrix } = quadratic(size);
  const theta = new Float64Vector(Float64Array.from(normals(size, 8)));
  const gradient = model.vector();
  model.gradient(theta, noBatch, gradient);
  const g = [...dataOf(gradient)];
  const norm = (x: number[]): number => Math.hypot(...x);
  const ag = matrix.map((row) => row.reduce((sum, a, j) => sum + a * g[j]!, 0));
  const scratch = { point: model.vector(), gradient: model.vector() };
  const probe = (stepSizes: number[]) =>
    readSlots(probeLandscape(model, theta, gradient, gradient, noBatch, stepSizes, scratch)).then((points) =>
      summariseGrid(points, stepSizes, norm(g)),
    );

  it.each([1e-3, 0.05, 0.4, 30])('effective β is ‖Ag‖/‖g‖ at η′ = %d', async (stepSize) => {
    const { beta } = await probe([stepSize]);
    expect(beta / (norm(ag) / norm(g))).toBeCloseTo(1, 9);
  });

  it('gradient predictiveness is linear in η′', async () => {
    const stepSizes = [0.05, 0.1, 0.2, 0.4];
    const { gradientDifferenceAt, beta } = await probe(stepSizes);
    for (const [i, difference] of gradientDifferenceAt.entries())
      expect(difference / (stepSizes[i]! * norm(ag))).toBeCloseTo(1, 10);
    expect(beta).toBeCloseTo(norm(ag) / norm(g), 9);
  });

  it('the loss along the gradient is the parabola', async () => {
    const at = (x: number[]): number =>
      x.reduce((sum, a, i) => sum + (a * matrix[i]!.reduce((s, m, j) => s + m * x[j]!, 0)) / 2, 0);
    const { lossAt } = await probe([0.1, 0.2]);
    for (const [i, eta] of [0.1, 0.2].entries())
      expect(lossAt[i]! / at([...dataOf(theta)].map((t, k) => t - eta * g[k]!))).toBeCloseTo(1, 10);
  });

  it('nothing probed gives no β, and θ and g stay as they were', async () => {
    const before = [[...dataOf(theta)], [...dataOf(gradient)]];
    expect((await probe([])).beta).toBeNaN();
    await probe([0.1]);
    expect([[...dataOf(theta)], [...dataOf(gradient)]]).toEqual(before);
  });
});

describe('internal covariate shift', () => {
  const network = testNetwork({ name: '', variant: 'noisy-batch', network: 'vgg:3-M-4-5', input: [6, 6, 1] });
  const setUp = async () => {
    const engine = createFloat64Engine();
    const model = await engine.model(network, 6);
    const batch = engine.batch(testBatch(network));
    const theta = model.vector(testParameters(network));
    const gradient = model.vector();
    model.gradient(theta, batch, gradient);
    const next = model.vector();
    model.addScaled(next, theta, -0.1, gradient);
    const scratch = { point: model.vector(), gradient: model.vector() };
    const shift = (layers: number[], after = next) =>
      engine.read(internalCovariateShift(model, theta, after, gradient, batch, layers, scratch));
    return { model, theta, gradient, next, batch, shift, engine };
  };

  it('is exactly 0, with cosine 1, for the first layer', async () => {
    const { shift } = await setUp();
    const [first] = await shift([1]);
    expect(first!.l2).toBe(0);
    expect(first!.cosine).toBeCloseTo(1, 14);
  });

  it('is exactly 0 for every layer when nothing moves', async () => {
    const { shift, theta } = await setUp();
    for (const layer of await shift([1, 2, 3, 4], theta as Float64Vector)) expect(layer.l2).toBe(0);
  });

  it('moves the layers before i, all their parameters, and no others', async () => {
    const { model, theta, next, gradient, batch, shift, engine } = await setUp();
    const [, , third] = await shift([1, 2, 3]);
    const start = network.layers[2]!.kernel.offset;
    const moved = await model.values(theta);
    const after = await model.values(next);
    moved.set(after.subarray(0, start));
    const point = model.vector(moved);
    const other = model.vector();
    model.gradient(point, batch, other);
    const { difference } = await engine.read(model.compare(gradient, other, 2));
    expect(third!.l2).toBeGreaterThan(0);
    expect(third!.l2 / difference).toBeCloseTo(1, 4);
  });
});

describe('beside the gradient', () => {
  const network = testNetwork({ name: '', variant: 'batch', network: 'vgg:3-M-4', input: [6, 6, 1] });
  const setUp = async () => {
    const engine = createFloat64Engine();
    const model = await engine.model(network, 6);
    const batch = engine.batch(testBatch(network));
    const theta = model.vector(testParameters(network));
    const gradient = model.vector();
    model.gradient(theta, batch, gradient);
    return { engine, model, batch, theta, gradient };
  };

  it('layer norms are those of the kernels and of their gradients', async () => {
    const { engine, model, theta, gradient } = await setUp();
    const norms = await engine.read(layerNorms(model, theta, gradient));
    for (const [i, { kernel }] of network.layers.entries()) {
      const part = (vector: Float64Vector) =>
        dataOf(vector).subarray(kernel.offset, kernel.offset + kernel.size);
      expect(norms[i]!.layer).toBe(i + 1);
      expect(norms[i]!.weight).toBeCloseTo(Math.hypot(...part(theta as Float64Vector)), 10);
      expect(norms[i]!.gradient).toBeCloseTo(Math.hypot(...part(gradient as Float64Vector)), 10);
    }
  });

  it('a random direction has the gradient’s norm, repeats within a step and changes between steps', async () => {
    const { model, gradient } = await setUp();
    const draw = (step: number, index: number) => [...dataOf(randomDirection(model, gradient, step, index))];
    expect(Math.hypot(...draw(3, 0))).toBeCloseTo(Math.hypot(...dataOf(gradient)), 10);
    expect(draw(3, 0)).toEqual(draw(3, 0));
    expect(draw(4, 0)).not.toEqual(draw(3, 0));
    expect(draw(3, 1)).not.toEqual(draw(3, 0));
  });

  it('example units are the same in every variant of a seed', () => {
    const layers = [1, 2];
    const other = testNetwork({ name: '', variant: 'none', network: 'vgg:3-M-4', input: [6, 6, 1] });
    expect(exampleUnits(network, layers)).toEqual(exampleUnits(other, layers));
    for (const { layer, unit } of exampleUnits(network, layers))
      expect(unit).toBeLessThan(network.layers[layer]!.layer.outputs);
  });
});

describe('sharpness', () => {
  const measure = (model: Model, theta: Float64Vector, batch: Batch, most: number) =>
    sharpness(createFloat64Engine(), model, theta, batch, most);

  it.each([0, 40])(
    'is the largest eigenvalue on the quadratic, also where the smallest is larger in magnitude: shifted by −%d',
    async (shift) => {
      const size = 6;
      const { model, matrix } = quadratic(size, shift);
      const theta = new Float64Vector(Float64Array.from(normals(size, 8)));
      // Power iteration on a matrix without negative eigenvalues.
      let v = Array.from({ length: size }, () => 1);
      let eigenvalue = 0;
      for (let i = 0; i < 2000; i++) {
        const next = matrix.map((row, k) => row.reduce((sum, a, j) => sum + a * v[j]!, shift * v[k]!));
        eigenvalue = Math.hypot(...next);
        v = next.map((x) => x / eigenvalue);
      }
      const found = await measure(model, theta, noBatch, size);
      expect(Math.abs(found.eigenvalue - (eigenvalue - shift))).toBeLessThan(found.errorBound + 1e-6);
      expect(found.errorBound).toBeLessThan(SHARPNESS_TOLERANCE * Math.abs(found.eigenvalue) + 1e-6);
      const early = await measure(model, theta, noBatch, 2);
      expect(early.products).toBe(2);
      expect(Math.abs(early.eigenvalue - (eigenvalue - shift))).toBeGreaterThan(0.001);
      expect(early.errorBound).toBeGreaterThan(SHARPNESS_TOLERANCE * Math.abs(early.eigenvalue));
    },
  );

  it.each(['none', 'noisy-batch', 'linf'])(
    'of a rectified network with %s is that of PyTorch',
    async (name) => {
      const fixture = (await readFixtures()).find((each) => each.name === name)!;
      const engine = createFloat64Engine();
      const model = await engine.model(fixture.network, fixture.batch.count);
      const theta = model.vector(fixture.theta) as Float64Vector;
      const found = await measure(model, theta, engine.batch(fixture.batch), 40);
      const expected = fixture.numbers.sharpness;
      expect(Math.abs(found.eigenvalue - expected) / expected).toBeLessThan(SHARPNESS_TOLERANCE);
      expect(Math.abs(found.eigenvalue - expected)).toBeLessThan(1.01 * found.errorBound + 1e-4 * expected);
    },
  );
});

describe('the largest eigenvalue of a tridiagonal matrix', () => {
  it('of n twos between ones is 2 + 2 cos(π/(n+1)), with its eigenvector', () => {
    for (const n of [1, 2, 5, 30]) {
      const { value, last } = largestEigenvalue(Array(n).fill(2), Array(n - 1).fill(1));
      expect(value).toBeCloseTo(2 + 2 * Math.cos(Math.PI / (n + 1)), 10);
      expect(last).toBeCloseTo(Math.sqrt(2 / (n + 1)) * Math.sin((n * Math.PI) / (n + 1)), 8);
    }
  });

  it('is not a number where a number is not finite', () => {
    expect(largestEigenvalue([1, Number.NaN], [1]).value).toBeNaN();
  });
});

describe('flatness', () => {
  const network = testNetwork({ name: '', variant: 'batch', network: 'vgg:3-M-4', input: [6, 6, 1] });

  it('moves every filter by its own norm and leaves γ, β and biases', () => {
    const theta = testParameters(network);
    const direction = filterNormalisedDirection(network, theta, 5, 0);
    for (const { role, offset, size, shape } of network.parameters) {
      const outputs = shape.at(-1)!;
      for (let output = 0; output < outputs; output++) {
        const part = (values: Float32Array) =>
          values.subarray(offset, offset + size).filter((_, i) => i % outputs === output);
        const expected = role === 'kernel' ? Math.hypot(...part(theta)) : 0;
        expect(Math.hypot(...part(direction))).toBeCloseTo(expected, 5);
      }
    }
  });

  it('has the loss at θ in its middle and falls together with it on the line', async () => {
    const engine = createFloat64Engine();
    const model = await engine.model(network, 6);
    const batch = engine.batch(testBatch(network));
    const theta = model.vector(testParameters(network));
    const { loss } = await engine.read(model.loss(theta, batch));
    const { at, line, plane } = await flatness(engine, model, theta, batch, 5);
    expect(at).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(plane[2]![2]).toBeCloseTo(loss, 10);
    expect(line).toEqual(plane.map((row) => row[2]));
    expect(new Set(plane.flat()).size).toBe(25);
  });
});
