/** A run as it is kept in the browser: what the list shows of it, apart from its record. */
import * as v from 'valibot';
import { readExperiment } from '../../experiment/check.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { spacedIndices } from '../curves/columns.ts';
import { deviceWords } from '../devices.ts';
import type { RunRecord } from '../record.ts';

/** Runs kept by other versions are left alone. */
const VERSION = 1;
const THUMBNAIL_POINTS = 40;
const MOST_CHARACTERS_OF_A_NAME = 80;

const curve = v.object({ id: v.string(), step: v.array(v.number()), loss: v.array(v.number()) });
const summarySchema = v.object({
  version: v.literal(VERSION),
  id: v.string(),
  name: v.string(),
  /** Milliseconds since 1970. */
  keptAt: v.number(),
  experiment: v.pipe(
    v.unknown(),
    v.transform((raw): Experiment => readExperiment(raw).experiment),
  ),
  adapter: v.string(),
  startedAt: v.string(),
  elapsedMs: v.number(),
  /** One a network of the first seed, in the order of the set-up. */
  results: v.array(
    v.object({
      id: v.string(),
      /** The last test accuracy, 0 to 1; null where it was not tested or the task has none. */
      accuracy: v.nullable(v.number()),
      /** The last training loss; null where it is not finite. */
      loss: v.nullable(v.number()),
      divergedAt: v.nullable(v.number()),
    }),
  ),
  /** Of the training loss, for a small picture. */
  curves: v.array(curve),
});

export type KeptRun = v.InferOutput<typeof summarySchema>;

/** Null where something else is stored, or another version's run. Never throws: one bad entry must not hide the others. */
export function keptRunFrom(raw: unknown): KeptRun | null {
  try {
    const parsed = v.safeParse(summarySchema, raw, { abortEarly: true });
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

export const cleanName = (name: string): string => name.trim().slice(0, MOST_CHARACTERS_OF_A_NAME);

/** What the list shows of a record. */
export function summaryOf(record: RunRecord, id: string, name: string, keptAt: number): KeptRun {
  const { experiment, environment, timing } = record;
  const first = record.variants.filter(({ seed }) => seed === experiment.seed);
  return {
    version: VERSION,
    id,
    name: cleanName(name),
    keptAt,
    experiment: structuredClone(experiment),
    adapter: deviceWords(environment),
    startedAt: environment.startedAt,
    elapsedMs: timing.elapsedMs,
    results: first.map((variant) => ({
      id: variant.id,
      accuracy: finiteOrNull(variant.test.accuracy.at(-1)),
      loss: finiteOrNull(variant.train.loss.at(-1)),
      divergedAt: variant.divergedAt,
    })),
    curves: first.map(({ id: variantId, train }) => {
      const kept = spacedIndices(train.step.length, THUMBNAIL_POINTS).filter((i) =>
        Number.isFinite(train.loss[i]),
      );
      return { id: variantId, step: kept.map((i) => train.step[i]!), loss: kept.map((i) => train.loss[i]!) };
    }),
  };
}
