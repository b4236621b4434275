/** For tests: a made-up run of a deep linear network whose values span what the paper reports, from 1e-2 to 1e17, and end in Inf. */
import { defaultExperiment } from '../../experiment/settings.ts';
import { addMeasured, emptyRecord } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';

const STEPS = 200;
const EVERY = 10;
const DISTANCES = [-1, -0.5, 0, 0.5, 1];

/** Standard grows from 1e-2 to 1e17 and is Inf at its largest step sizes from step 190; BatchNorm stays near 1. */
export function extremeRecord(seeds: number): RunRecord {
  const experiment = {
    ...defaultExperiment(),
    ...{ dataset: 'gaussian' as const, network: 'dln:25x10', variants: ['none', 'batch'], seeds },
    ...{ learningRate: 1e-6, batchSize: 'full' as const, trainExamples: 1_000, testExamples: 0 },
    ...{ steps: STEPS, probeEvery: EVERY, fineSteps: [], icsLayers: [], flatnessPoints: DISTANCES.length },
    probeSteps: [0.01, 0.1, 1, 10, 30],
  };
  const record = emptyRecord(experiment, {
    ...{ backend: 'webgpu', adapter: 'made up', software: true, app: 'test' },
    startedAt: '2026-01-01T00:00:00Z',
  });
  for (const [variant, { norm, seed }] of record.variants.entries())
    for (let step = 0; step <= STEPS; step += EVERY) {
      const level = norm === 'none' ? seed * 10 ** (-2 + (19 * step) / STEPS) : 1 + seed / 10;
      const isInfinite = norm === 'none' && step >= 190;
      const at = [1, 1.1, 2, 20, 100].map((factor, i) =>
        isInfinite && i > 2 ? Number.POSITIVE_INFINITY : factor * level,
      );
      const grid = {
        lossAt: at,
        gradientDifferenceAt: at,
        beta: isInfinite ? Number.POSITIVE_INFINITY : level,
      };
      const none = { lossAt: [], gradientDifferenceAt: [], beta: Number.NaN };
      addMeasured(record, { kind: 'train', variant, step: [step], loss: [level], accuracy: [Number.NaN] });
      addMeasured(record, {
        ...{ kind: 'landscape', variant, step, loss: level, gradientNorm: level, grid, fine: none },
        random: none,
      });
    }
  for (const [variant, { norm, seed }] of record.variants.entries()) {
    const plane = DISTANCES.map((x) =>
      DISTANCES.map((y) =>
        norm === 'none' && x === 1 ? Number.POSITIVE_INFINITY : seed * 10 ** (4 * x * x + y * y),
      ),
    );
    const line = plane.map((row) => row[2]!);
    addMeasured(record, { kind: 'flatness', variant, step: STEPS, at: DISTANCES, line, plane });
    addMeasured(record, { kind: 'status', variant, status: 'finished', step: STEPS });
  }
  return record;
}
