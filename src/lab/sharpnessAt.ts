/** Sharpness of a network at parameters that were read back from its device. */
import type { BatchData, Engine, Model } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type Sharpness, sharpness } from '../measure/sharpness.ts';

/** Null where it is not asked for. */
export async function sharpnessAt(
  { engine, model }: { engine: Engine; model: Model },
  { sharpnessIterations }: Experiment,
  theta: Float32Array<ArrayBuffer>,
  data: BatchData,
): Promise<Sharpness | null> {
  if (sharpnessIterations === 0) return null;
  const [at, batch] = [model.vector(theta), engine.batch(data)];
  try {
    return await sharpness(engine, model, at, batch, sharpnessIterations);
  } finally {
    at.dispose();
    batch.dispose();
  }
}
