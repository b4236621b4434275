/** The JavaScript that the page loads before anything is asked of it, gzipped: `npm run size`, after a build. Fails above the limit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const MOST_KILOBYTES = 250;

const html = readFileSync(join(DIST, 'index.html'), 'utf8');
const paths = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path!);
if (paths.length === 0) throw new Error('dist/index.html names no script. Build first.');
const kilobytes = paths.map((path) => gzipSync(readFileSync(join(DIST, path))).length / 1000);
for (const [i, path] of paths.entries()) console.log(`${kilobytes[i]!.toFixed(1)} kB  ${path}`);
const total = kilobytes.reduce((sum, each) => sum + each, 0);
console.log(`initial JavaScript: ${total.toFixed(1)} kB gzipped, at most ${MOST_KILOBYTES}`);
if (total > MOST_KILOBYTES) process.exitCode = 1;
