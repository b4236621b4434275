/** Asks for the first picture together with the program that draws it, not after it. */
import type { Plugin } from 'vite';
import { firstPictures } from './offline.ts';

export function preloadPlugin(): Plugin {
  return {
    name: 'normscape:preload',
    apply: 'build',
    transformIndexHtml: () =>
      ['runs/index.json', ...firstPictures()].map((file) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'fetch', crossorigin: true, href: `./${file}` },
        injectTo: 'head' as const,
      })),
  };
}
