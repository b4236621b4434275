/**
 * What one visit asks of a host: `npm run visit`, after a build. Serves `dist/` under a sub-path as static hosts do, with
 * the cache headers of `_headers` and gzip, and counts every request that arrives and the bytes of its answer.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BrowserContext, chromium, type Page } from 'playwright';
import type { Scripting } from '../src/store/scripting.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { freePort } from './port.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const PATH = '/some/path/';
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.webmanifest']);
/** A visit is quiet when nothing has been asked for so long. */
const QUIET_MS = 8_000;

interface Asked {
  path: string;
  bytes: number;
}

/** Paths of `_headers` with the caching of each; the last that fits is in force. */
function cachingRules(): { fits: RegExp; value: string }[] {
  const rules: { fits: RegExp; value: string }[] = [];
  let path = '';
  for (const line of readFileSync(join(DIST, '_headers'), 'utf8').split('\n')) {
    if (line.startsWith('/')) path = line;
    const [, value] = /^ {2}Cache-Control: (.+)$/.exec(line) ?? [];
    if (value) rules.push({ fits: new RegExp(`^${path.replace(/[.]/g, '\\.').replace('*', '.*')}$`), value });
  }
  return rules;
}

/** Serves, and tells of every request. Bytes are those of the body; 304 has none. */
async function serve(tell: (asked: Asked) => void): Promise<{ server: Server; address: string }> {
  const rules = cachingRules();
  const server = createServer(({ url, headers }, response) => {
    const path = `/${new URL(url!, 'http://host').pathname.slice(PATH.length)}`;
    const file = path.endsWith('/') ? `${path}index.html` : path;
    let body: Buffer;
    try {
      body = readFileSync(join(DIST, file));
    } catch {
      tell({ path, bytes: 0 });
      response.writeHead(404).end();
      return;
    }
    const type = extname(file);
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    const caching = rules.filter(({ fits }) => fits.test(path)).at(-1)?.value;
    const kept = { etag, ...(caching ? { 'cache-control': caching } : {}) };
    if (headers['if-none-match'] === etag) {
      tell({ path, bytes: 0 });
      response.writeHead(304, kept).end();
      return;
    }
    const sent = COMPRESSED.has(type) ? gzipSync(body) : body;
    tell({ path, bytes: sent.length });
    response.writeHead(200, {
      ...kept,
      'content-type': TYPES[type] ?? 'application/octet-stream',
      'content-length': sent.length,
      ...(COMPRESSED.has(type) ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(sent);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, address: `http://localhost:${port}${PATH}` };
}

function row(name: string, asked: readonly Asked[]): string {
  const bytes = asked.reduce((sum, each) => sum + each.bytes, 0);
  return `${name}: ${asked.length} requests, ${(bytes / 1e6).toFixed(2)} MB`;
}

/** A run asks for nothing more once it has begun to train. */
async function trainABit(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Run( it here)?$/ })
    .first()
    .click();
  await page.waitForFunction(
    () => (window as unknown as { normscape: Scripting }).normscape.progress().step > 0,
    null,
    { timeout: 300_000 },
  );
}

async function visit(
  context: BrowserContext,
  address: string,
  asked: Asked[],
  act: (page: Page) => Promise<void> = async () => {},
): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(address);
  await page.getByText('Recorded on').first().waitFor();
  const shown = asked.length;
  await act(page);
  for (let before = -1; before < asked.length; ) {
    before = asked.length;
    await page.waitForTimeout(QUIET_MS);
  }
  await page.close();
  return [row('  until the recorded run is shown', asked.slice(0, shown)), row('  in all', asked)];
}

const asked: Asked[] = [];
const { server, address } = await serve((each) => asked.push(each));
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
try {
  const [reader, trainer] = [
    await browser.newContext({ serviceWorkers: 'allow' }),
    await browser.newContext({ serviceWorkers: 'allow' }),
  ];
  const visits: [string, BrowserContext, ((page: Page) => Promise<void>)?][] = [
    ['first visit', reader],
    ['second visit', reader],
    ['first visit, with a run', trainer, trainABit],
    ['second visit, with a run', trainer, trainABit],
  ];
  for (const [which, context, act] of visits) {
    asked.length = 0;
    const rows = await visit(context, address, asked, act);
    console.log([which, ...rows].join('\n'));
    const isData = ({ path }: Asked): boolean => path.startsWith('/data/');
    console.log(row('  of it images', asked.filter(isData)));
    if (which.startsWith('second')) for (const { path, bytes } of asked) console.log(`    ${path} ${bytes}`);
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
