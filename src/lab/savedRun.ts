/** A run as it lies in storage: its latest checkpoint, and what it measured, piece by piece. */
import * as v from 'valibot';
import { problemsOf, readExperiment } from '../experiment/check.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { variantsOf } from '../experiment/variants.ts';
import { buildNetwork, initialStatistics } from '../network/network.ts';
import type { Environment } from '../record/record.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Runs written by other versions are left alone. */
const VERSION = 1;

const vector = v.nullable(v.instance(Float32Array<ArrayBuffer>));
const device = {
  backend: v.picklist(['webgpu', 'webgl', 'cpu', 'pytorch']),
  adapter: v.string(),
  software: v.boolean(),
};
const savedSchema = v.object({
  version: v.literal(VERSION),
  id: v.string(),
  savedAt: v.number(),
  experiment: v.pipe(
    v.unknown(),
    v.transform((raw): Experiment => readExperiment(raw).experiment),
  ),
  environment: v.object({
    ...device,
    continuedOn: v.exactOptional(v.array(v.object({ ...device, step: v.number() }))),
    probePrecision: v.exactOptional(v.literal('float64')),
    app: v.string(),
    startedAt: v.string(),
  }),
  elapsedMs: v.number(),
  /** How many pieces of measurements belong to the checkpoint. */
  pieces: v.pipe(v.number(), v.integer(), v.minValue(0)),
  checkpoint: v.object({
    next: v.pipe(v.number(), v.integer(), v.minValue(0)),
    members: v.array(
      v.object({
        theta: v.instance(Float32Array<ArrayBuffer>),
        running: v.instance(Float32Array<ArrayBuffer>),
        velocity: vector,
        active: v.boolean(),
      }),
    ),
  }),
});

export interface SavedRun {
  id: string;
  /** Milliseconds since 1970. */
  savedAt: number;
  experiment: Experiment;
  environment: Environment;
  elapsedMs: number;
  pieces: number;
  checkpoint: Checkpoint;
}

const PREFIX = 'run/';

export const runKey = (id: string): string => `${PREFIX}${id}`;
export const pieceKey = (id: string, index: number): string => `piece/${id}/${index}`;
export const isRunKey = (key: unknown): key is string => typeof key === 'string' && key.startsWith(PREFIX);

export const toStored = (run: SavedRun): unknown => ({ version: VERSION, ...run });

/** Null where something else was stored, or another version's run. */
export function fromStored(raw: unknown): SavedRun | null {
  const parsed = v.safeParse(savedSchema, raw);
  return parsed.success && fits(parsed.output) ? parsed.output : null;
}

/** Whether the checkpoint holds as many networks and numbers as its experiment has. */
function fits({ experiment, checkpoint }: SavedRun): boolean {
  if (problemsOf(experiment).length > 0 || checkpoint.next > experiment.steps + 1) return false;
  const { members } = checkpoint;
  const variants = variantsOf(experiment.variants);
  if (members.length !== variants.length * experiment.seeds) return false;
  return members.every(({ theta, running, velocity }, i) => {
    const network = buildNetwork(experiment, variants[i % variants.length]!, experiment.seed);
    const isVector = (vector: Float32Array | null): boolean =>
      vector === null || vector.length === network.size;
    return isVector(theta) && isVector(velocity) && running.length === initialStatistics(network).length;
  });
}
