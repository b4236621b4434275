/** Records for tests of claims, made of exactly the numbers that a test names. */
import type { Experiment } from '../../experiment/experiment.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { addMeasured, emptyRecord, type GridPoint } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Claim, Outcome, Words } from './claim.ts';

const ENVIRONMENT = {
  backend: 'webgpu',
  adapter: 'test',
  software: true,
  app: 'test',
  startedAt: '2026-01-01T00:00:00Z',
} as const;

/** 101 steps and 11 probes, of two probe steps and one fine step, unless changed. */
export function recordOf(variants: string[], change: Partial<Experiment> = {}): RunRecord {
  return emptyRecord(
    {
      ...defaultExperiment(),
      variants,
      steps: 100,
      probeEvery: 10,
      probeSteps: [0.5, 1],
      fineSteps: [0.1],
      icsLayers: [1, 3],
      activationLayers: [],
      ...change,
    },
    ENVIRONMENT,
  );
}

type At = number | ((step: number) => number);

/** What a network does, constant or step by step. */
interface Behaviour {
  /** The step from which its training accuracy is 90%; 10% before. */
  arrives?: number;
  loss?: At;
  /** Of the loss band, whose lower edge is 1. */
  width?: At;
  /** The largest ‖g′ − g‖. */
  edge?: At;
  beta?: At;
  fineBeta?: At;
  l2?: At;
  cosine?: At;
  /** How much the activations' mean moves from probe to probe. */
  drift?: number;
  /** ‖W‖ of its one layer. */
  weight?: number;
  /** Of the loss, everywhere around the end point. */
  rise?: number;
  divergesAt?: number;
}

const at = (value: At | undefined, step: number, otherwise = 1): number =>
  typeof value === 'function' ? value(step) : (value ?? otherwise);

const point = (loss: number, width: number, edge: number, beta: number): GridPoint => ({
  lossAt: [loss, loss + width],
  gradientDifferenceAt: [edge / 2, edge],
  beta,
});

function probe(record: RunRecord, variant: number, step: number, behaviour: Behaviour): void {
  const { experiment } = record;
  const { width, edge, beta, fineBeta, l2, cosine, drift = 0, weight } = behaviour;
  addMeasured(record, {
    kind: 'landscape',
    variant,
    step,
    loss: 1,
    gradientNorm: 1,
    grid: point(1, at(width, step), at(edge, step), at(beta, step)),
    fine: point(1, 1, 1, at(fineBeta, step)),
    random: { lossAt: [], gradientDifferenceAt: [], beta: Number.NaN },
  });
  addMeasured(record, {
    kind: 'ics',
    variant,
    step,
    layers: experiment.icsLayers.map((layer) =>
      layer === 1 ? { layer, l2: 0, cosine: 1 } : { layer, l2: at(l2, step), cosine: at(cosine, step) },
    ),
  });
  addMeasured(record, {
    kind: 'activations',
    variant,
    step,
    layers: experiment.activationLayers.map(() => ({
      mean: drift * step,
      variance: 1,
      low: -1,
      high: 1,
      counts: [],
    })),
  });
  if (weight !== undefined)
    addMeasured(record, { kind: 'norms', variant, step, layers: [{ weight, gradient: 1 }] });
}

function behave(record: RunRecord, variant: number, behaviour: Behaviour, until: number): void {
  const { arrives = Number.POSITIVE_INFINITY, loss, rise, divergesAt = Number.POSITIVE_INFINITY } = behaviour;
  const { steps, probeEvery } = record.experiment;
  for (let step = 0; step <= Math.min(until, divergesAt); step++) {
    addMeasured(record, {
      kind: 'train',
      variant,
      step: [step],
      loss: [step === divergesAt ? Number.NaN : at(loss, step)],
      accuracy: [step >= arrives ? 0.9 : 0.1],
    });
    if (step % probeEvery === 0 || step === steps) probe(record, variant, step, behaviour);
  }
  if (divergesAt <= until)
    addMeasured(record, { kind: 'status', variant, status: 'diverged', step: divergesAt });
  else if (until === steps) addMeasured(record, { kind: 'status', variant, status: 'finished', step: steps });
  if (rise !== undefined && divergesAt > until && until === steps) {
    const plane = [-1, 0, 1].map((x) => [-1, 0, 1].map((y) => (x === 0 && y === 0 ? 1 : 1 + rise)));
    addMeasured(record, { kind: 'flatness', variant, step: steps, at: [-1, 0, 1], line: [1, 1, 1], plane });
  }
}

export type Behaviours = Record<string, Behaviour | ((seed: number) => Behaviour)>;

/** A record in which every named network behaves as told, up to a step; seeds count from 0. */
export function runOf(
  behaviours: Behaviours,
  change: Partial<Experiment> = {},
  until = change.steps ?? 100,
): RunRecord {
  const record = recordOf(Object.keys(behaviours), change);
  for (const [index, { id, seed }] of record.variants.entries()) {
    const behaviour = behaviours[id]!;
    const own = typeof behaviour === 'function' ? behaviour(seed - record.experiment.seed) : behaviour;
    behave(record, index, own, until);
  }
  return record;
}

const plain = (words: Words): string =>
  words.map((piece) => (typeof piece === 'string' ? piece : write(piece.value))).join('');

const write = (value: number): string => String(Number(value.toPrecision(3)));

/** The outcome with its sentences as texts. */
export function judged(
  claim: Claim,
  record: RunRecord,
): Omit<Outcome, 'findings' | 'notes'> & Record<'findings' | 'notes', string[]> {
  const outcome = claim.judge(record);
  return { ...outcome, findings: outcome.findings.map(plain), notes: outcome.notes.map(plain) };
}
