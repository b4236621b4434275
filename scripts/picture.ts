/** Puts the saved first picture into the built page, where it stands until the program has drawn its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** Written by `npm run save-picture`. */
export const PICTURE_FOLDER = fileURLToPath(new URL('../src/ui/firstPicture/saved/', import.meta.url));
/** One of these is seen, by the width of the window. */
export const LAYOUTS = ['wide', 'phone'] as const;

const ROOT = '<div id="root"></div>';
const HEAD = '<meta charset="utf-8" />';

function withPicture(html: string): string {
  if (!html.includes(ROOT) || !html.includes(HEAD)) throw new Error(`index.html lacks ${ROOT} or ${HEAD}.`);
  const parts = LAYOUTS.map((layout) => readFileSync(`${PICTURE_FOLDER}${layout}.html`, 'utf8').trim());
  // Functions: a text to replace with has signs of its own.
  return html
    .replace(HEAD, () => `${HEAD}\n    <script src="./first-picture.js"></script>`)
    .replace(ROOT, () => `<div id="first-picture" inert>${parts.join('')}</div>${ROOT}`);
}

export function picturePlugin(): Plugin {
  return {
    name: 'normscape:first-picture',
    apply: 'build',
    transformIndexHtml: { order: 'post', handler: withPicture },
  };
}
