/** Records as JSON and back. JSON has no NaN and no infinities; they travel as the texts "NaN", "Infinity", "-Infinity". */
import * as v from 'valibot';
import { readExperiment } from '../experiment/check.ts';
import { NORMALISATIONS } from '../experiment/variants.ts';
import { RECORD_FORMAT, RECORD_VERSION, type RunRecord } from './record.ts';

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
const numbers = v.array(number);
const text = v.pipe(v.string(), v.maxLength(200));
const grid = {
  stepSizes: numbers,
  lossAt: v.array(numbers),
  gradientDifferenceAt: v.array(numbers),
  beta: numbers,
};
const curve = v.object({ step: numbers, loss: numbers, accuracy: numbers });
const emptyGrid = { stepSizes: [], lossAt: [], gradientDifferenceAt: [], beta: [] };
const histogram = v.object({ low: number, high: number, counts: numbers });

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
    layers: v.array(v.object({ layer: number, l2: numbers, cosine: numbers })),
  }),
  activations: v.object({
    step: numbers,
    layers: v.array(
      v.object({ layer: number, mean: numbers, variance: numbers, histogram: v.array(histogram) }),
    ),
  }),
  norms: v.optional(
    v.object({
      step: numbers,
      layers: v.array(v.object({ layer: number, weight: numbers, gradient: numbers })),
    }),
    { step: [], layers: [] },
  ),
  sharpness: v.optional(
    v.object({ step: numbers, eigenvalue: numbers, errorBound: v.optional(numbers, []) }),
    { step: [], eigenvalue: [] },
  ),
  flatness: v.optional(
    v.nullable(v.object({ step: number, at: numbers, line: numbers, plane: v.array(numbers) })),
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

/** Whether columns that share their steps differ in length; a column may be missing altogether. */
function hasUnevenColumns({ train, test, landscape, ics }: v.InferOutput<typeof variant>): boolean {
  const { fine, random } = landscape;
  const differ = (step: readonly unknown[], ...columns: (readonly unknown[])[]): boolean =>
    columns.some(({ length }) => length !== step.length && length !== 0);
  return (
    differ(train.step, train.loss, train.accuracy) ||
    differ(test.step, test.loss, test.accuracy) ||
    differ(landscape.step, landscape.lossAt, landscape.gradientDifferenceAt, landscape.beta) ||
    differ(landscape.step, landscape.loss, landscape.gradientNorm, fine.beta, random?.beta ?? []) ||
    differ(ics.step, ...ics.layers.flatMap(({ l2, cosine }) => [l2, cosine]))
  );
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
  const uneven = parsed.output.variants.find(hasUnevenColumns);
  if (uneven)
    return {
      ok: false,
      kind: 'not-a-record',
      message: `This run is damaged: columns of “${uneven.id}” that belong together differ in length.`,
    };
  const { experiment } = readExperiment(parsed.output.experiment);
  return { ok: true, record: { ...parsed.output, experiment } };
}
