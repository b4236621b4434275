/** The installable page: its web manifest, and the service worker that keeps its files. docs/hosting.md says what it keeps. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export interface Icon {
  file: string;
  /** In pixels, of either side. */
  size: number;
  purpose: 'any' | 'maskable';
}

export const ICONS: Icon[] = [
  { file: 'icon-192.png', size: 192, purpose: 'any' },
  { file: 'icon-512.png', size: 512, purpose: 'any' },
  { file: 'maskable-512.png', size: 512, purpose: 'maskable' },
  { file: 'touch-180.png', size: 180, purpose: 'maskable' },
];

export const PAPER_COLOUR = '#fcfbf9';
const DEFAULT_EXPERIMENT_LINK = '#v=1';
const MOST_KEPT_FILE_BYTES = 1_500_000;
/** Enough for the whole of Fashion-MNIST, in shards. */
const MOST_SHARDS = 60;
const MOST_RUNS = 60;
const MANIFEST_TIMEOUT_S = 4;

/** Files of the first visit: every page but the bench, whose programs to compare with are large and stay with the server. */
const SHELL = [
  'index.html',
  'first-picture.js',
  'assets/**/*.{js,css,woff2}',
  'icons/*.png',
  'runs/index.json',
];
const BENCH = [
  'assets/tfjs-*',
  'assets/jaxjs-*',
  'assets/webgl-*',
  'assets/webgpu-*',
  'assets/benchWorker-*',
];

/** Recorded runs of the default experiment: the first picture. */
export function firstPictures(): string[] {
  const path = fileURLToPath(new URL('../public/runs/index.json', import.meta.url));
  const { runs } = JSON.parse(readFileSync(path, 'utf8')) as { runs: { file: string; link: string }[] };
  return runs.filter(({ link }) => link === DEFAULT_EXPERIMENT_LINK).map(({ file }) => `runs/${file}`);
}

/**
 * A page that is open keeps the files it was opened with: a newer version waits until the visitor takes it. Files of
 * data sets are checked by the lab against the sums in their manifest; a copy that fails is asked for again with the
 * cache mode “reload”, which goes to the server and replaces the copy.
 */
export function offlinePlugin(): Plugin[] {
  return VitePWA({
    registerType: 'prompt',
    injectRegister: null,
    filename: 'sw.js',
    includeAssets: [],
    includeManifestIcons: false,
    manifest: {
      id: './',
      name: 'Normscape',
      short_name: 'Normscape',
      description:
        'How does batch normalization help optimization? A lab that trains networks on your own GPU.',
      lang: 'en',
      start_url: './',
      scope: './',
      display: 'standalone',
      background_color: PAPER_COLOUR,
      theme_color: PAPER_COLOUR,
      categories: ['education', 'science'],
      icons: ICONS.map(({ file, size, purpose }) => ({
        src: `icons/${file}`,
        sizes: `${size}x${size}`,
        type: 'image/png',
        purpose,
      })),
    },
    workbox: {
      inlineWorkboxRuntime: true,
      sourcemap: false,
      clientsClaim: true,
      skipWaiting: false,
      cleanupOutdatedCaches: true,
      globPatterns: [...SHELL, ...firstPictures()],
      globIgnores: BENCH,
      maximumFileSizeToCacheInBytes: MOST_KEPT_FILE_BYTES,
      // There is one page, at the folder itself; any other path is a file, or is not there.
      navigateFallback: null,
      ignoreURLParametersMatching: [/./],
      // These functions become text in the service worker: they can use nothing from here.
      runtimeCaching: [
        {
          urlPattern: ({ url, request, sameOrigin }) =>
            sameOrigin && url.pathname.endsWith('.shard') && request.cache !== 'reload',
          handler: 'CacheFirst',
          options: {
            cacheName: 'normscape-shards',
            expiration: { maxEntries: MOST_SHARDS, purgeOnQuotaError: true },
          },
        },
        {
          urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.endsWith('.shard'),
          handler: 'NetworkFirst',
          options: { cacheName: 'normscape-shards' },
        },
        {
          urlPattern: ({ url, sameOrigin }) =>
            sameOrigin && /\/data\/[^/]+\/manifest\.json$/.test(url.pathname),
          handler: 'NetworkFirst',
          options: { cacheName: 'normscape-manifests', networkTimeoutSeconds: MANIFEST_TIMEOUT_S },
        },
        {
          urlPattern: ({ url, sameOrigin }) => sameOrigin && /\/runs\/[^/]+\.json$/.test(url.pathname),
          handler: 'StaleWhileRevalidate',
          options: {
            cacheName: 'normscape-recorded-runs',
            expiration: { maxEntries: MOST_RUNS, purgeOnQuotaError: true },
          },
        },
        {
          urlPattern: ({ url, sameOrigin }) => sameOrigin && /\/assets\/[^/]+$/.test(url.pathname),
          handler: 'CacheFirst',
          options: {
            cacheName: 'normscape-assets',
            expiration: { maxEntries: 30, purgeOnQuotaError: true },
          },
        },
      ],
    },
  });
}
