/** Sharpness of a network at parameters that were read back from its device. */
import { type BatchData, type Engine, isPiecewise, type Model } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type Sharpness, sharpness } from '../measure/sharpness.ts';

/** The model that trains, with its engine. */
interface Training {
  engine: Engine;
  model: Model;
}

/** Null where it is not asked for. Takes the reference engine where the training one does not know the pieces of its loss. */
export async function sharpnessAt(
  training: Training,
  { sharpnessIterations }: Experiment,
  theta: Float32Array<ArrayBuffer>,
  data: BatchData,
): Promise<Sharpness | null> {
  if (sharpnessIterations === 0) return null;
  const { engine, model } = isPiecewise(training.model) ? training : await referenceOf(training.model, data);
  if (!isPiecewise(model)) throw new Error('The reference engine knows the pieces of its loss.');
  const [at, batch] = [model.vector(theta), engine.batch(data)];
  try {
    return await sharpness(engine, model, at, batch, sharpnessIterations);
  } finally {
    at.dispose();
    batch.dispose();
    if (model !== training.model) model.dispose();
  }
}

async function referenceOf({ network }: Model, { count }: BatchData): Promise<Training> {
  // Loaded when used: few runs ask for it, and programs without a bundler cannot load it.
  const { createReferenceEngine } = await import('../engine/reference/engine.ts');
  const engine = createReferenceEngine();
  return { engine, model: await engine.model(network, count) };
}
