/** The messages between the page and the worker: calls with an id, their answers, and events. */
import * as v from 'valibot';
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import {
  type Device,
  type InterruptedSummary,
  LAB_PROBLEM_KINDS,
  type LabEvent,
  type LabProblem,
  type LabState,
} from '../lab/lab.ts';

export type Call =
  | { call: 'open' }
  | { call: 'measurePace' }
  | { call: 'configure'; experiment: Experiment }
  | { call: 'run' }
  | { call: 'pause' }
  | { call: 'step'; count: number }
  | { call: 'reset' }
  | { call: 'interrupted' }
  | { call: 'resume'; runId: string }
  | { call: 'keep'; runId: string }
  | { call: 'discard'; runId: string }
  | { call: 'probeBundle'; variant: string }
  | { call: 'loseDevice' };

export type ToWorker = { id: number } & Call;

export type Answer = Device | DevicePace | LabState | InterruptedSummary | ArrayBuffer | null;

export type FromWorker =
  | { type: 'answer'; id: number; value: Answer }
  | { type: 'refusal'; id: number; problem: LabProblem }
  | { type: 'event'; event: LabEvent };

const callSchema = v.intersect([
  v.object({ id: v.number() }),
  v.variant('call', [
    v.object({
      call: v.picklist(['open', 'measurePace', 'run', 'pause', 'reset', 'interrupted', 'loseDevice']),
    }),
    v.object({ call: v.picklist(['resume', 'keep', 'discard']), runId: v.string() }),
    v.object({ call: v.literal('configure'), experiment: v.looseObject({}) }),
    v.object({ call: v.literal('step'), count: v.number() }),
    v.object({ call: v.literal('probeBundle'), variant: v.string() }),
  ]),
]);

const problemSchema = v.object({
  kind: v.picklist(LAB_PROBLEM_KINDS),
  message: v.string(),
  hint: v.string(),
});

const fromWorkerSchema = v.variant('type', [
  v.object({ type: v.literal('answer'), id: v.number(), value: v.unknown() }),
  v.object({ type: v.literal('refusal'), id: v.number(), problem: problemSchema }),
  v.object({
    type: v.literal('event'),
    event: v.looseObject({
      type: v.picklist([
        'device',
        'state',
        'started',
        'progress',
        'measured',
        'recovered',
        'engine',
        'interrupted',
        'unkept',
        'problem',
      ]),
    }),
  }),
]);

/** The envelope is checked; what is inside comes from our own build on the other side. Null where it is not ours. */
export function readCall(raw: unknown): ToWorker | null {
  const parsed = v.safeParse(callSchema, raw);
  return parsed.success ? (parsed.output as unknown as ToWorker) : null;
}

export function readFromWorker(raw: unknown): FromWorker | null {
  const parsed = v.safeParse(fromWorkerSchema, raw);
  return parsed.success ? (parsed.output as unknown as FromWorker) : null;
}
