/**
 * What a step costs the threads when the lab itself trains: the loop with its minibatches, lockstep, checkpoints and reading
 * back, the message to the page, and the record. The bench's other numbers time the engine alone.
 */
import type { Dataset } from '../../data/dataset.ts';
import { imageExamples } from '../../data/images.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { addMeasured, emptyRecord } from '../../record/build.ts';
import type { Environment } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { LabEvent } from '../lab.ts';
import { Run } from '../run.ts';
import { RunArchive } from '../runArchive.ts';
import { yieldToMessages } from '../yieldToMessages.ts';
import { countGpuCalls } from './gpuCalls.ts';
import { labRoundName } from './labRounds.ts';
import type { Ours } from './ours.ts';
import { repetitions } from './rounds.ts';

/** The experiment's shape of images, with bytes of no meaning: what a step costs does not depend on them. */
const EXAMPLES = 2048;
const SHAPE: [number, number, number] = [28, 28, 1];
const PREPROCESSING = { shape: SHAPE, mean: [0.286], std: [0.353] };
const FIRST_STEPS = 10;
const ROUNDS = 5;
/** A round ends with a pause, which costs a checkpoint; that is not to be a step's. */
const ROUND_MS = 3000;
const MOST_STEPS = 300;

export interface ProductPath {
  /** A step's time on the worker's thread and, for its share of the record, on the page's: by the clock, others' turns on the processor included. */
  javascriptMs: number;
  /**
   * The processor's time that the thread took for a step, whatever for: JavaScript, collecting garbage, the browser's part of
   * WebGPU and of messages. Null where nobody traces the browser: a page cannot measure it itself.
   */
  threadMs: number | null;
  /** A step's time from end to end. */
  stepMs: number;
  dispatches: number;
  submissions: number;
}

/** The default experiment with BatchNorm alone, without probes and tests but at the first step. */
function trainingOnly(): Experiment {
  const never = 1_000_000;
  return {
    ...defaultExperiment(),
    ...{ variants: ['batch'], steps: never, probeEvery: never, testEvery: never, testExamples: 0 },
  };
}

function images(): Dataset {
  const size = SHAPE[0] * SHAPE[1];
  const shard = Uint8Array.from({ length: EXAMPLES * (size + 1) }, (_, i) =>
    i < EXAMPLES * size ? (i * 167 + (i >> 7)) % 256 : i % 10,
  );
  const examples = imageExamples([shard], EXAMPLES, EXAMPLES, PREPROCESSING);
  return { shape: SHAPE, classes: 10, train: examples, test: examples };
}

/** Trains as the lab does, and takes each event as the page does: through a structured clone into a record. */
export async function measureProductPath(ours: Ours): Promise<ProductPath> {
  const experiment = trainingOnly();
  const environment: Environment = {
    backend: 'webgpu',
    adapter: '',
    software: false,
    app: '',
    startedAt: '',
  };
  const record = emptyRecord(experiment, environment);
  const emit = (event: LabEvent): void => {
    const received = structuredClone(event);
    if (received.type !== 'measured') return;
    for (const measured of received.measured) addMeasured(record, measured);
  };
  // Nothing is archived before a run begins, so that no run of the visitor's is touched.
  const setUp = { experiment, environment, dataset: images(), emit, archive: new RunArchive() };
  const run = await Run.create([() => ours.engine()], setUp);
  try {
    return await timeSteps(run);
  } finally {
    run.dispose();
  }
}

async function timeSteps(run: Run): Promise<ProductPath> {
  const advance = (steps: number): Promise<void> => run.advance(run.next + steps, () => false);
  await advance(FIRST_STEPS);
  const rounds: { javascriptMs: number; stepMs: number }[] = [];
  let steps = FIRST_STEPS;
  let calls = { dispatches: 0, submissions: 0 };
  for (let round = 0; round <= ROUNDS; round++) {
    // In tasks of its own, for whoever adds up the thread's tasks.
    await yieldToMessages();
    const [worked, startedAt] = [run.work.ms, performance.now()];
    const [, counted] = await countGpuCalls(() => advance(steps));
    const stepMs = (performance.now() - startedAt) / steps;
    if (round > 0) performance.measure(labRoundName(steps), { start: startedAt });
    // The first round tells how many steps fill one.
    if (round > 0) rounds.push({ javascriptMs: (run.work.ms - worked) / steps, stepMs });
    calls = { dispatches: counted.dispatches / steps, submissions: counted.submissions / steps };
    steps = repetitions(stepMs, ROUND_MS, MOST_STEPS);
  }
  return {
    javascriptMs: median(rounds.map(({ javascriptMs }) => javascriptMs)),
    threadMs: null,
    stepMs: median(rounds.map(({ stepMs }) => stepMs)),
    ...calls,
  };
}
