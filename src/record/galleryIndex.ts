/** `runs/index.json`: which recorded runs the page is served with. */
import * as v from 'valibot';

export const GALLERY_VERSION = 1;

const entry = v.object({
  /** File name in `runs/`. */
  file: v.pipe(v.string(), v.regex(/^[\w-]+\.json$/)),
  /** The set-up as a link's fragment. */
  link: v.pipe(v.string(), v.startsWith('#'), v.maxLength(2000)),
});
const index = v.object({
  version: v.literal(GALLERY_VERSION),
  runs: v.pipe(v.array(entry), v.maxLength(1000)),
});

export type GalleryEntry = v.InferOutput<typeof entry>;
export type GalleryIndex = v.InferOutput<typeof index>;

/** Null where it is not an index of this version. */
export function readGalleryIndex(raw: unknown): GalleryIndex | null {
  const parsed = v.safeParse(index, raw);
  return parsed.success ? parsed.output : null;
}
