/** The messages between the page and the worker that imports a data set. */
import * as v from 'valibot';

/** Public, not ours: named to the visitor before anything is asked of it. */
export const SPRITE_FOLDER = 'https://storage.googleapis.com/learnjs-data/model-builder/';

/** Absolute address of the data set's folder on the server, with a slash at its end; kept data stands in for it. */
const folder = v.pipe(v.string(), v.url());

export const importRequest = v.variant('from', [
  v.object({ from: v.literal('cifar-10-archive'), folder, file: v.instance(File) }),
  v.object({ from: v.literal('cifar-10-sprite'), folder }),
  v.object({
    from: v.literal('idx-files'),
    folder,
    dataset: v.picklist(['mnist', 'fashion-mnist']),
    files: v.pipe(v.array(v.instance(File)), v.maxLength(100)),
  }),
]);
export type ImportRequest = v.InferOutput<typeof importRequest>;

export const IMPORT_PROBLEM_KINDS = [
  'data-missing',
  'data-corrupt',
  'data-network',
  'storage-denied',
  'storage-full',
  'storage-failed',
  'internal',
] as const;
export type ImportProblemKind = (typeof IMPORT_PROBLEM_KINDS)[number];

export const importReport = v.variant('type', [
  v.object({ type: v.literal('progress'), done: v.number(), total: v.number() }),
  v.object({ type: v.literal('done') }),
  v.object({
    type: v.literal('problem'),
    kind: v.picklist(IMPORT_PROBLEM_KINDS),
    message: v.string(),
    hint: v.string(),
  }),
]);
export type ImportReport = v.InferOutput<typeof importReport>;
