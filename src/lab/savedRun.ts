/** A run as it lies in storage: its latest checkpoint, and what it measured, piece by piece. */
import * as v from 'valibot';
import { problemsOf, readExperiment } from '../experiment/check.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { variantsOf } from '../experiment/variants.ts';
import { buildNetwork, initialStatistics } from '../network/network.ts';
import { addMeasured, emptyRecord, type Measured } from '../record/build.ts';
import { readRecord } from '../record/json.ts';
import type { Environment } from '../record/record.ts';
import type { MemberState } from './checkpoint.ts';
import { inFileSchema, isInFile, type StoredCheckpoint, withVectorsSchema } from './storedCheckpoint.ts';

/** A later one where the vectors lie in a file. Runs written by other versions are left alone. */
const VERSION = { withVectors: 1, inFile: 2 };

const deviceName = {
  backend: v.picklist(['webgpu', 'webgl', 'cpu', 'pytorch']),
  adapter: v.string(),
  software: v.boolean(),
};
const plain = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const setting = v.union([plain, v.array(plain)]);
const runSchema = {
  id: v.string(),
  savedAt: v.number(),
  experiment: v.pipe(
    v.record(v.string(), setting),
    v.transform((raw): Experiment => readExperiment(raw).experiment),
  ),
  environment: v.object({
    ...deviceName,
    continuedOn: v.exactOptional(v.array(v.object({ ...deviceName, step: v.number() }))),
    probePrecision: v.exactOptional(v.literal('float64')),
    app: v.string(),
    startedAt: v.string(),
  }),
  elapsedMs: v.number(),
  /** How many pieces of measurements belong to the checkpoint; how many there are, their keys tell. */
  pieces: v.pipe(v.number(), v.integer(), v.minValue(0)),
};
const savedSchema = v.variant('version', [
  v.object({ version: v.literal(VERSION.withVectors), ...runSchema, checkpoint: withVectorsSchema }),
  v.object({ version: v.literal(VERSION.inFile), ...runSchema, checkpoint: inFileSchema }),
]);

export interface SavedRun {
  id: string;
  /** Milliseconds since 1970. */
  savedAt: number;
  experiment: Experiment;
  environment: Environment;
  elapsedMs: number;
  pieces: number;
  checkpoint: StoredCheckpoint;
}

const PREFIX = 'run/';

export const runKey = (id: string): string => `${PREFIX}${id}`;
export const pieceKey = (id: string, index: number | ''): string => `piece/${id}/${index}`;
/** Tells the pieces of a run from all else that is stored. */
export const isPieceKey = (id: string) => {
  const prefix = pieceKey(id, '');
  return (key: unknown): key is string =>
    typeof key === 'string' && key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length));
};
export const isRunKey = (key: unknown): key is string => typeof key === 'string' && key.startsWith(PREFIX);

export const toStored = (run: SavedRun): unknown => ({
  version: isInFile(run.checkpoint) ? VERSION.inFile : VERSION.withVectors,
  ...run,
});

/** Null where something else was stored, or another version's run. Never throws. */
export function fromStored(raw: unknown): SavedRun | null {
  try {
    // A list may say that it is longer than memory is: its first hole ends the reading.
    const run = v.parse(savedSchema, raw, { abortEarly: true });
    return fits(run) ? run : null;
  } catch {
    return null;
  }
}

/** Whether the checkpoint holds as many networks and numbers as its experiment has. */
function fits({ experiment, checkpoint }: SavedRun): boolean {
  if (problemsOf(experiment).length > 0 || checkpoint.next > experiment.steps + 1) return false;
  const members = isInFile(checkpoint) ? checkpoint.members : checkpoint.members.map(lengthsOf);
  const variants = variantsOf(experiment.variants);
  if (members.length !== variants.length * experiment.seeds) return false;
  return members.every(({ theta, running, velocity }, i) => {
    const network = buildNetwork(experiment, variants[i % variants.length]!, experiment.seed);
    const isVector = (length: number | null): boolean => length === null || length === network.size;
    return isVector(theta) && isVector(velocity) && running === initialStatistics(network).length;
  });
}

const lengthsOf = ({ theta, running, velocity }: MemberState) => ({
  theta: theta.length,
  running: running.length,
  velocity: velocity?.length ?? null,
});

const number = v.union([v.number(), v.nan()]);
const numbers = v.array(number);
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const point = v.object({ lossAt: numbers, gradientDifferenceAt: numbers, beta: number });
/** As much as one group of steps gives, and more: all of it is an argument list at times. */
const group = v.pipe(numbers, v.maxLength(10_000));
const ofVariant = { variant: index, step: number };

/** What can be measured; the record that it makes is checked besides. */
const measuredSchema = v.variant('kind', [
  v.object({ kind: v.literal('train'), variant: index, step: group, loss: group, accuracy: group }),
  v.object({ kind: v.literal('test'), ...ofVariant, loss: number, accuracy: number }),
  v.object({
    kind: v.literal('landscape'),
    ...ofVariant,
    loss: number,
    gradientNorm: number,
    grid: point,
    fine: point,
    random: v.optional(v.nullable(point), null),
  }),
  v.object({
    kind: v.literal('ics'),
    ...ofVariant,
    layers: v.array(v.object({ layer: number, l2: number, cosine: number })),
  }),
  v.object({
    kind: v.literal('activations'),
    ...ofVariant,
    layers: v.array(v.object({ mean: number, variance: number, low: number, high: number, counts: numbers })),
  }),
  v.object({
    kind: v.literal('norms'),
    ...ofVariant,
    layers: v.array(v.object({ weight: number, gradient: number })),
  }),
  v.object({ kind: v.literal('sharpness'), ...ofVariant, eigenvalue: number, errorBound: number }),
  v.object({
    kind: v.literal('flatness'),
    ...ofVariant,
    at: numbers,
    line: numbers,
    plane: v.array(numbers),
  }),
  v.object({
    kind: v.literal('status'),
    ...ofVariant,
    status: v.picklist(['running', 'finished', 'diverged', 'stopped']),
  }),
  v.object({ kind: v.literal('device'), step: number, device: v.object(deviceName) }),
  v.object({ kind: v.literal('timing'), step: number, elapsedMs: number }),
]);
const pieceSchema = v.array(measuredSchema);

/** What the stored pieces of a run say was measured. Throws, or gives null, where they make no record. */
export function measuredFrom(
  pieces: readonly unknown[],
  experiment: Experiment,
  environment: Environment,
): Measured[] | null {
  const measured = pieces.flatMap((raw): Measured[] => v.parse(pieceSchema, raw, { abortEarly: true }));
  const record = emptyRecord(experiment, environment);
  for (const one of measured) addMeasured(record, one);
  return readRecord(record).ok ? measured : null;
}
