/** The messages between the page and the worker that imports a data set. */
import * as v from 'valibot';

/** Public, not ours: named to the visitor before anything is asked of it. */
export const SPRITE_FOLDER = 'https://storage.googleapis.com/learnjs-data/model-builder/';

export const importRequest = v.object({
  /** Absolute address of the data set's folder on the server, with a slash at its end; kept data stands in for it. */
  folder: v.pipe(v.string(), v.url()),
  from: v.union([v.instance(File), v.literal('sprite')]),
});
export type ImportRequest = v.InferOutput<typeof importRequest>;

export const importReport = v.variant('type', [
  v.object({ type: v.literal('progress'), done: v.number(), total: v.number() }),
  v.object({ type: v.literal('done') }),
  v.object({ type: v.literal('problem'), message: v.string(), hint: v.string() }),
]);
export type ImportReport = v.InferOutput<typeof importReport>;
