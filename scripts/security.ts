/** What the built page may do: its Content-Security-Policy, and the headers that go with it. docs/hosting.md lists them for hosts. */
import type { Plugin } from 'vite';

/** Servers that the page may ask for data sets that it does not hold itself. */
const DATASET_HOSTS: string[] = ['https://storage.googleapis.com'];

const DIRECTIVES: Record<string, string[]> = {
  'default-src': ["'none'"],
  // WebAssembly must be compiled; text is never run as code.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'font-src': ["'self'", 'data:'],
  'img-src': ["'self'", 'data:', 'blob:'],
  'connect-src': ["'self'", ...DATASET_HOSTS],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** Browsers take these from headers only. */
const HEADER_DIRECTIVES: Record<string, string[]> = { 'frame-ancestors': ["'self'"] };

const written = (directives: Record<string, string[]>): string =>
  Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');

const META_POLICY = written(DIRECTIVES);

/** A worker has the policy of its own response: only headers reach it. */
export const SECURITY_HEADERS: Record<string, string> = {
  'Content-Security-Policy': written({ ...DIRECTIVES, ...HEADER_DIRECTIVES }),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * How long browsers may keep files without asking: what bears the sum of its contents in its name for good; the page, its
 * service worker and its manifest not at all, or a newer version would not be found.
 */
const CACHING: Record<string, string> = {
  '/assets/*': 'public, max-age=31536000, immutable',
  '/': 'no-cache',
  '/index.html': 'no-cache',
  '/first-picture.js': 'no-cache',
  '/sw.js': 'no-cache',
  '/manifest.webmanifest': 'no-cache',
};

function headersFile(): string {
  const security = Object.entries(SECURITY_HEADERS).map(([name, value]) => `  ${name}: ${value}`);
  const caching = Object.entries(CACHING).flatMap(([path, value]) => [path, `  Cache-Control: ${value}`]);
  return ['/*', ...security, ...caching, ''].join('\n');
}

/** Writes the policy into the built page, and the headers into `_headers`, which Netlify and Cloudflare Pages read. */
export function securityPlugin(): Plugin {
  return {
    name: 'normscape-security',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: META_POLICY },
        injectTo: 'head-prepend',
      },
    ],
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}
