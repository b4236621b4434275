/**
 * The paper's deep linear network at ten times its learning rate, at which the standard one diverges: what the record says
 * of it, and what the figures do. On the processor, in float64 and in TensorFlow.js's float32.
 */
import { describe, expect, it } from 'vitest';
import { createFloat64Engine } from '../src/engine/float64/engine.ts';
import type { Engine } from '../src/engine/model.ts';
import { createReferenceEngine } from '../src/engine/reference/engine.ts';
import { presetExperiment } from '../src/experiment/presets.ts';
import { startCpu } from '../src/gpu/tensorflow.ts';
import { openSession } from '../src/lab/testSession.ts';
import { recordFromJson, recordToJson } from '../src/record/json.ts';
import type { RunRecord } from '../src/record/record.ts';
import { bandMarks, bandsOf } from '../src/ui/series/bandData.ts';
import { type ColumnOf, lineData, readLines } from '../src/ui/series/lineData.ts';
import { type SeedShown, shownIn } from '../src/ui/series/shown.ts';

const experiment = {
  ...presetExperiment('landscape-linear', 'lab'),
  variants: ['none'],
  learningRate: 1e-5,
  steps: 8,
  probeEvery: 1,
};

/** As a file would bring it. */
async function recordOn(createEngine: () => Engine): Promise<RunRecord> {
  await startCpu();
  const { session, record } = openSession(createEngine);
  await session.configure(experiment);
  expect(await session.run()).toBe('finished');
  const reading = recordFromJson(recordToJson(record()));
  if (!reading.ok) throw new Error(reading.message);
  return reading.record;
}

describe.each([
  ['float64', createFloat64Engine, 5],
  ['float32', createReferenceEngine, 4],
] as const)('a deep linear network that diverges, in %s', (_name, createEngine, end) => {
  it('says so in its record, with the step, and its figures say where values are not finite', async () => {
    const record = await recordOn(createEngine);
    const [variant] = record.variants;
    expect(variant).toMatchObject({ status: 'diverged', divergedAt: end });
    expect(variant!.train.loss.map(Number.isFinite)).toEqual([...Array(end).fill(true), false]);
    expect(Math.max(...variant!.landscape.lossAt.flat().filter(Number.isFinite))).toBeGreaterThan(1e17);

    const shown = shownIn(record, []);
    const options = { scale: 'log', smoothOver: null, endValue: null } as const;
    const lossOf: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.loss });
    const { ends, labels } = lineData(shown, lossOf, options);
    expect(ends).toMatchObject([{ steps: [end], words: `not finite at step ${end}` }]);
    expect(labels).toEqual([]);
    expect(readLines(shown, lossOf)(end)?.rows[0]?.text).toBe('✕ diverged');
    const rowsOf = ({ variant: { landscape } }: SeedShown) => landscape.lossAt;
    const marked = bandsOf(shown, rowsOf).flatMap((one) => bandMarks(one, 'log'));
    const isEndless = variant!.landscape.lossAt.map((row) => !row.every(Number.isFinite));
    expect(marked.filter(({ edge }) => edge === 'top').map(({ step }) => step)).toEqual(
      variant!.landscape.step.filter((step, i) => isEndless[i] && step < end),
    );
  });
});
