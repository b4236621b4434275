/** Serves the lab and prints its address; builds it first where needed. `npm start -- --port 8000 --host` */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json'];

interface Options {
  port?: number;
  /** true: every address of this machine. */
  host?: string | true;
}

function readOptions(words: string[]): Options {
  const options: Options = {};
  const rest = words.flatMap((word) => word.split('='));
  while (rest.length > 0) {
    const word = rest.shift();
    const value = rest[0]?.startsWith('--') ? undefined : rest.shift();
    if (word === '--port' && /^\d{1,5}$/.test(value ?? '')) options.port = Number(value);
    else if (word === '--host') options.host = value ?? true;
    else
      throw new Error(
        `“${[word, value].filter(Boolean).join(' ')}” was not understood. Usage: npm start -- [--port 8000] [--host [address]]`,
      );
  }
  return options;
}

function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Whether there is no built page, or one older than what it was built from. */
function isStale(): boolean {
  const page = join(ROOT, 'dist', 'index.html');
  if (!existsSync(page)) return true;
  const builtAt = statSync(page).mtimeMs;
  return SOURCES.some((source) => newest(join(ROOT, source)) > builtAt);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (isStale()) {
    console.log('Building the page …');
    await build({ root: ROOT, logLevel: 'warn' });
  }
  const server = await preview({ root: ROOT, preview: options });
  const { local = [], network = [] } = server.resolvedUrls ?? {};
  console.log(`Normscape is at ${local[0] ?? network[0]}`);
  for (const address of network)
    console.log(`and at ${address} (browsers offer WebGPU over https or on localhost only)`);
  console.log('Press Ctrl+C to stop.');
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
