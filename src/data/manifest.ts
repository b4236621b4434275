/**
 * The list of a data set's shards, `manifest.json`. A shard is gzip-compressed; inside are first all its images, one
 * byte a number, row by row, channels last, then all its labels, one byte each. It is not named .gz, so that servers
 * send it as it is instead of declaring it an encoding that the browser undoes.
 */
import * as v from 'valibot';
import type { DatasetFacts } from '../experiment/datasets.ts';
import { DataError } from './problem.ts';

export const MANIFEST_FORMAT = 'normscape-dataset';
export const MANIFEST_VERSION = 1;

const natural = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 sum has 64 lower-case hex digits'));
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const shard = v.object({
  file: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}\.shard$/, 'a shard’s name looks like train-00.shard')),
  examples: natural,
  /** Length and sum of the compressed file. */
  bytes: natural,
  sha256,
  /** Sum of what is inside. */
  contentsSha256: sha256,
});

const shards = v.pipe(
  v.array(shard),
  v.maxLength(10_000),
  v.check(
    (list) => list.slice(0, -1).every(({ examples }) => examples === list[0]!.examples),
    'all shards but the last must hold the same number of examples',
  ),
);

const schema = v.object({
  format: v.literal(MANIFEST_FORMAT),
  version: v.literal(MANIFEST_VERSION),
  name: text,
  /** Height, width, channels. */
  shape: v.strictTuple([natural, natural, natural]),
  classes: v.pipe(v.array(text), v.minLength(1), v.maxLength(256)),
  /** Per channel, over all training images, of byte / 255. */
  mean: v.array(v.number()),
  std: v.array(v.pipe(v.number(), v.gtValue(0))),
  train: shards,
  test: shards,
  source: text,
  licence: text,
  licenceFile: text,
});

export type Shard = v.InferOutput<typeof shard>;
export type Manifest = v.InferOutput<typeof schema>;

/** Numbers in one image. */
export function imageSize(shape: readonly [number, number, number]): number {
  return shape[0] * shape[1] * shape[2];
}

/** The shards that hold the first `count` examples. */
export function shardsFor(list: readonly Shard[], count: number): Shard[] {
  let held = 0;
  return list.filter(({ examples }) => {
    const needed = held < count;
    held += examples;
    return needed;
  });
}

/** Reads a manifest that came from anywhere, and compares it with what is known of its data set. Throws DataError. */
export function readManifest(json: string, facts: DatasetFacts): Manifest {
  const parsed = v.safeParse(schema, parseJson(json, facts));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw corrupt(facts, `at ${v.getDotPath(issue) ?? 'its top'}, ${issue.message}`);
  }
  const manifest = parsed.output;
  const held = (list: Shard[]): number => list.reduce((sum, { examples }) => sum + examples, 0);
  const channels = manifest.shape[2];
  const compare: [string, string | number, string | number][] = [
    ['image shape', manifest.shape.join('x'), facts.shape.join('x')],
    ['number of classes', manifest.classes.length, facts.classes],
    ['number of training examples', held(manifest.train), facts.trainExamples],
    ['number of test examples', held(manifest.test), facts.testExamples],
    ['length of mean', manifest.mean.length, channels],
    ['length of std', manifest.std.length, channels],
  ];
  for (const [what, found, expected] of compare)
    if (found !== expected) throw corrupt(facts, `its ${what} is ${found}, not ${expected}`);
  return manifest;
}

function parseJson(json: string, facts: DatasetFacts): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw corrupt(facts, 'it is not JSON');
  }
}

function corrupt(facts: DatasetFacts, what: string): DataError {
  return new DataError(
    'data-corrupt',
    `The list of ${facts.label}’s files (manifest.json) cannot be used: ${what}.`,
    'Reload the page. If that does not help, the server holds a damaged copy or one of another version: build and serve the page again.',
  );
}
