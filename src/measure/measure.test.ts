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
import { normals, testBatch, testNetwork, testParameters } from '../engine/testNetworks.ts';
import { internalCovariateShift } from './internalCovariateShift.ts';
import { probeLandscape, summariseGrid } from './landscape.ts';

const noBatch: Batch = { step: 0, count: 1, dispose: () => {} };

/** L(θ) = ½ θᵀAθ with a symmetric positive A. */
function quadratic(size: number): { model: Model; matrix: number[][] } {
  const entries = normals(size * size, 5);
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) =>
      Array.from({ length: size }, (_, k) => entries[i * size + k]! * entries[j * size + k]!).reduce(
        (a, b) => a + b,
      ),
    ),
  );
  const times = (x: Float64Array): Float64Array =>
    Float64Array.from(matrix, (row) => row.reduce((sum, a, j) => sum + a * x[j]!, 0));
  const loss = (x: Float64Array): number => times(x).reduce((sum, value, i) => sum + (value * x[i]!) / 2, 0);
  const model = {
    vector: () => new Float64Vector(new Float64Array(size)),
    addScaled,
    compare: (a, b) => compareRange(a, b, 0, size),
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
    readSlots(probeLandscape(model, theta, gradient, noBatch, stepSizes, scratch)).then((points) =>
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
