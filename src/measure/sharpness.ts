/**
 * Sharpness: the largest eigenvalue of the loss's Hessian on the minibatch at hand, with its noise. With a step size η,
 * gradient descent is stable up to a sharpness of 2/η.
 *
 * The Lanczos method, from a random vector: power iteration finds the eigenvalue largest in magnitude, which is often the
 * most negative one, and needs many more Hessian-vector products. A product is a difference of four gradients,
 * (8∇L(θ + εv) − 8∇L(θ − εv) − ∇L(θ + 2εv) + ∇L(θ − 2εv)) / 12ε with ε‖v‖ = ‖θ‖/20,000, on the smooth piece of the loss
 * that θ lies in: across the kinks of ReLU and pooling it would measure those.
 */
import {
  type Batch,
  type Engine,
  type LossAndAccuracy,
  type Model,
  Pending,
  type Piece,
  type Vector,
} from '../engine/model.ts';
import type { Network } from '../network/network.ts';
import { normalDirection } from './randomDirection.ts';
import { largestEigenvalue } from './tridiagonal.ts';

/**
 * Half the largest distance over ‖θ‖. Five times as far, the loss of GroupNorm at its start is no longer the polynomial that the
 * difference takes it for (3.7 % off); half as far, float32 begins to show (oracle/README.md).
 */
const RELATIVE_DISTANCE = 5e-5;
/** Of the gradients at so many distances; together 12 times the product, but for the fourth power of the distance. */
const WEIGHTS = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;
const PRODUCT_WEIGHT = 12 * RELATIVE_DISTANCE;
/** The method stops once an eigenvalue lies within so much of its own size. */
export const SHARPNESS_TOLERANCE = 0.01;
/** Before, another eigenvalue may look settled while the start has hardly shown the largest yet. */
const LEAST_PRODUCTS = 10;

export interface Sharpness {
  eigenvalue: number;
  /** An eigenvalue lies within so much of it. */
  errorBound: number;
  /** Hessian-vector products that it took. */
  products: number;
}

/** The vector of the first product, before it is given a length. */
export const firstVector = (network: Network, step: number): Float32Array<ArrayBuffer> =>
  normalDirection(network, step, 90);

/** Four gradient evaluations a product, at most `mostProducts` of them, at least one. NaN where the loss is not finite. */
export async function sharpness(
  engine: Engine,
  model: Model,
  theta: Vector,
  batch: Batch,
  mostProducts: number,
): Promise<Sharpness> {
  const hessian = await Hessian.at(engine, model, theta, batch);
  let previous = model.vector();
  let current = model.vector(firstVector(model.network, batch.step));
  let product = model.vector();
  const diagonal: number[] = [];
  const besides: number[] = [];
  let found: Sharpness = { eigenvalue: Number.NaN, errorBound: Number.NaN, products: 0 };
  for (let products = 1; products <= mostProducts; products++) {
    model.matchNorm(current, current, theta);
    const { along, rest } = await hessian.times(current, previous, besides.at(-1) ?? 0, product);
    diagonal.push(along);
    const { value, last } = largestEigenvalue(diagonal, besides);
    found = { eigenvalue: value, errorBound: rest * last, products };
    const isSettled = products >= LEAST_PRODUCTS && found.errorBound <= SHARPNESS_TOLERANCE * Math.abs(value);
    if (isSettled || Number.isNaN(found.errorBound)) break;
    besides.push(rest);
    [previous, current, product] = [current, product, previous];
  }
  for (const part of [previous, current, product, hessian]) part.dispose();
  return found;
}

/** The Hessian at θ, applied to vectors as long as θ. */
class Hessian {
  private readonly engine: Engine;
  private readonly model: Model;
  private readonly theta: Vector;
  private readonly batch: Batch;
  private readonly piece: Piece;
  private readonly point: Vector;
  private readonly gradient: Vector;

  private constructor(engine: Engine, model: Model, theta: Vector, batch: Batch, piece: Piece) {
    this.engine = engine;
    this.model = model;
    this.theta = theta;
    this.batch = batch;
    this.piece = piece;
    this.point = model.vector();
    this.gradient = model.vector();
  }

  static async at(engine: Engine, model: Model, theta: Vector, batch: Batch): Promise<Hessian> {
    return new Hessian(engine, model, theta, batch, await model.piece(theta, batch));
  }

  /**
   * Writes the part of Hv that is orthogonal to v and to the vector before, times a constant, into `into`.
   * `along` is ⟨v, Hv⟩ / ‖v‖², `rest` the length of that part over ‖v‖, `before` the rest that came before.
   */
  async times(
    v: Vector,
    previous: Vector,
    before: number,
    into: Vector,
  ): Promise<{ along: number; rest: number }> {
    const { engine, model } = this;
    // The losses are read as well, though nobody asks for them: what is never read is never freed.
    // −before · previous, whatever was in `into`.
    model.addScaled(into, previous, -1 - PRODUCT_WEIGHT * before, previous);
    const evaluated = Pending.all(
      WEIGHTS.map(([distance, weight]) => this.addGradient(distance, weight, v, into)),
    );
    const [, { normA, inner }] = await engine.read(Pending.both(evaluated, model.compare(v, into)));
    const along = inner / (PRODUCT_WEIGHT * normA ** 2);
    model.addScaled(into, into, -PRODUCT_WEIGHT * along, v);
    const left = await engine.read(model.compare(into, into));
    return { along, rest: left.normA / (PRODUCT_WEIGHT * normA) };
  }

  private addGradient(distance: number, weight: number, v: Vector, into: Vector): Pending<LossAndAccuracy> {
    const { model, theta, point, gradient, piece, batch } = this;
    model.addScaled(point, theta, distance * RELATIVE_DISTANCE, v);
    const evaluated = model.gradientOn(piece, point, batch, gradient);
    model.addScaled(into, into, weight, gradient);
    return evaluated;
  }

  dispose(): void {
    for (const part of [this.piece, this.point, this.gradient]) part.dispose();
  }
}
