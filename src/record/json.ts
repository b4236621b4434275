/** Records as JSON and back. JSON has no NaN and no infinities; they travel as the texts "NaN", "Infinity", "-Infinity". */
import * as v from 'valibot';
import { readExperiment } from '../experiment/check.ts';
import { NORMALISATIONS } from '../experiment/variants.ts';
import { completed, damageOf } from './drawable.ts';
import { RECORD_FORMAT, RECORD_VERSION, type RunRecord } from './record.ts';

/** Bounds on what is read: what a set-up can ask for fits well inside. */
const MOST_STEPS = 100_000;
const MOST_ACROSS = 200;
const MOST_LAYERS = 200;

const SPECIAL: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

export function recordToJson(record: RunRecord): string {
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

const number = v.pipe(
  v.union([v.number(), v.nan(), v.picklist(Object.keys(SPECIAL))]),
  v.transform((value): number => (typeof value === 'string' ? SPECIAL[value]! : value)),
);
/** A value a step, and one before the first. */
const LONGEST_COLUMN = MOST_STEPS + 1;
const numbers = v.pipe(v.array(number), v.maxLength(LONGEST_COLUMN));
/** As wide as the settings allow, and wider: along every random direction there are as many step sizes again. */
const row = v.pipe(v.array(number), v.maxLength(MOST_ACROSS));
const rows = v.pipe(v.array(row), v.maxLength(LONGEST_COLUMN));
const layers = <T extends v.GenericSchema>(layer: T) => v.pipe(v.array(layer), v.maxLength(MOST_LAYERS));
const text = v.pipe(v.string(), v.maxLength(200));
const grid = {
  stepSizes: row,
  lossAt: rows,
  gradientDifferenceAt: rows,
  beta: numbers,
};
const curve = v.object({ step: numbers, loss: numbers, accuracy: numbers });
const emptyGrid = { stepSizes: [], lossAt: [], gradientDifferenceAt: [], beta: [] };
const histogram = v.object({ low: number, high: number, counts: row });

const variant = v.object({
  id: text,
  norm: v.picklist(NORMALISATIONS),
  learningRate: number,
  seed: number,
  status: v.picklist(['running', 'finished', 'diverged', 'stopped']),
  divergedAt: v.optional(v.nullable(number), null),
  train: curve,
  test: curve,
  landscape: v.object({
    step: numbers,
    loss: numbers,
    gradientNorm: numbers,
    ...grid,
    fine: v.optional(v.object(grid), emptyGrid),
    random: v.exactOptional(v.object(grid)),
  }),
  ics: v.object({
    step: numbers,
    layers: layers(v.object({ layer: number, l2: numbers, cosine: numbers })),
  }),
  activations: v.object({
    step: numbers,
    layers: layers(
      v.object({
        layer: number,
        mean: numbers,
        variance: numbers,
        histogram: v.pipe(v.array(histogram), v.maxLength(LONGEST_COLUMN)),
      }),
    ),
  }),
  norms: v.optional(
    v.object({
      step: numbers,
      layers: layers(v.object({ layer: number, weight: numbers, gradient: numbers })),
    }),
    { step: [], layers: [] },
  ),
  sharpness: v.optional(
    v.object({ step: numbers, eigenvalue: numbers, errorBound: v.optional(numbers, []) }),
    { step: [], eigenvalue: [] },
  ),
  flatness: v.optional(
    v.nullable(
      v.object({ step: number, at: row, line: row, plane: v.pipe(v.array(row), v.maxLength(MOST_ACROSS)) }),
    ),
    null,
  ),
});

const device = {
  backend: v.picklist(['webgpu', 'webgl', 'cpu', 'pytorch']),
  adapter: text,
  software: v.boolean(),
};

const recordSchema = v.object({
  format: v.literal(RECORD_FORMAT),
  version: v.literal(RECORD_VERSION),
  experiment: v.unknown(),
  environment: v.object({
    ...device,
    continuedOn: v.exactOptional(v.pipe(v.array(v.object({ ...device, step: number })), v.maxLength(200))),
    probePrecision: v.exactOptional(v.literal('float64')),
    app: text,
    startedAt: text,
  }),
  timing: v.object({ elapsedMs: number, step: numbers, atMs: numbers }),
  variants: v.pipe(v.array(variant), v.maxLength(200)),
});

export type RecordReading =
  | { ok: true; record: RunRecord }
  | { ok: false; kind: 'not-json' | 'not-a-record'; message: string };

/** Reads a record that may come from anywhere. Never throws. */
export function recordFromJson(json: string): RecordReading {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return {
      ok: false,
      kind: 'not-json',
      message: 'This is not a JSON file. Choose a run that Normscape exported.',
    };
  }
  return readRecord(raw);
}

/** Reads a record from an already parsed value. Never throws. */
export function readRecord(raw: unknown): RecordReading {
  const parsed = v.safeParse(recordSchema, raw, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const where = v.getDotPath(issue) ?? 'the file';
    return {
      ok: false,
      kind: 'not-a-record',
      message: `This is not a run of Normscape (format ${RECORD_FORMAT}, version ${RECORD_VERSION}): at ${where}, ${issue.message}.`,
    };
  }
  const damage = damageOf(parsed.output.variants);
  if (damage) return { ok: false, kind: 'not-a-record', message: `This run is damaged: ${damage}` };
  const { experiment } = readExperiment(parsed.output.experiment);
  return {
    ok: true,
    record: { ...parsed.output, variants: parsed.output.variants.map(completed), experiment },
  };
}
