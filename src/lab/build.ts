/** The networks of a run, built on an engine. */
import { type Engine, EngineError, type PreparationProgress } from '../engine/model.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Lockstep } from './lockstep.ts';
import type { RunSetUp } from './run.ts';

const PREPARATION_LABELS: Record<PreparationProgress['stage'], string> = {
  'measuring kernels': 'Measuring the fastest kernels for this GPU (once)',
  'compiling kernels': 'Compiling kernels',
};

/** Networks on the engine that runs them. */
export interface Built {
  engine: Engine;
  lockstep: Lockstep;
}

/**
 * Builds the networks of a run on the first engine that covers them. Rejects with EngineError where none does, and where one
 * fails: numbers of another engine would hide what is wrong with it.
 */
export async function build(
  engines: readonly (() => Engine)[],
  { experiment, dataset, emit }: Pick<RunSetUp, 'experiment' | 'dataset' | 'emit'>,
  checkpoint: Checkpoint | null,
): Promise<Built> {
  let reason: string | null = null;
  for (const [i, createEngine] of engines.entries()) {
    const engine = createEngine();
    try {
      const onProgress = ({ stage, done, total }: PreparationProgress): void =>
        emit({ type: 'progress', label: PREPARATION_LABELS[stage], done, total, unit: 'items' });
      const lockstep = await Lockstep.create(engine, experiment, dataset, onProgress, checkpoint);
      emit({ type: 'engine', engine: engine.kind === 'fused' ? 'fused' : 'reference', reason });
      return { engine, lockstep };
    } catch (error) {
      engine.dispose();
      const canFallBack = error instanceof EngineError && error.kind === 'unsupported';
      if (!canFallBack || i === engines.length - 1) throw error;
      reason = error.message;
    }
  }
  throw new Error('The device has no engine.');
}
