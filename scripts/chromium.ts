/** Finds a Chromium whose WebGPU works without a graphics card, or installs one. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const isRoot = process.getuid?.() === 0;

/** Flags for WebGPU on the software adapter, headless, without traffic of the browser's own. */
export const CHROMIUM_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(isRoot ? ['--no-sandbox'] : []),
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const VERIFY_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

interface Candidate {
  path: string;
  /** Where it was found, for people. */
  origin: string;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(): Candidate[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
  const isFirst = (path: string, i: number): boolean =>
    paths.findIndex((other) => realpathSync(other) === realpathSync(path)) === i;
  return paths.filter(isFirst).map((path) => ({ path, origin: 'on PATH' }));
}

function ofPlaywright(): Candidate[] {
  const path = chromium.executablePath();
  return existsSync(path) ? [{ path, origin: 'Playwright’s' }] : [];
}

/** Every Chromium on this machine, the preferred one first. `CHROMIUM_PATH`, where set, leaves no other. */
function candidates(): Candidate[] {
  const named = process.env.CHROMIUM_PATH;
  if (named) return [{ path: named, origin: 'named by CHROMIUM_PATH' }];
  return [...onPath(), ...ofPlaywright()];
}

/** Path of the Chromium to prefer, unverified; undefined where there is none. Installs nothing. */
export function chromiumPath(): string | undefined {
  return candidates()[0]?.path;
}

/** Name of the WebGPU adapter that a Chromium gives. Throws, with the reason, where it gives none. */
async function webgpuAdapter(path: string): Promise<string> {
  // navigator.gpu exists in secure contexts only; a page on localhost is one.
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>WebGPU</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const browser = await chromium.launch({
      executablePath: path,
      args: CHROMIUM_FLAGS,
      timeout: VERIFY_TIMEOUT_MS,
    });
    try {
      const page = await browser.newPage();
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
      const adapter = await page.evaluate(async () => {
        if (!navigator.gpu) return { error: 'it has no navigator.gpu' };
        const found = await navigator.gpu.requestAdapter();
        if (!found) return { error: 'navigator.gpu gives no adapter' };
        await found.requestDevice();
        return { name: [found.info.vendor, found.info.architecture].filter(Boolean).join(' ') };
      });
      if (adapter.name === undefined) throw new Error(adapter.error);
      return `version ${browser.version()}, WebGPU adapter ${adapter.name}`;
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

/** The first candidate that passes, said on stdout; undefined where none does. */
async function firstWorking(found: Candidate[]): Promise<string | undefined> {
  for (const { path, origin } of found) {
    try {
      const facts = await webgpuAdapter(path);
      console.log(`Chromium: ${path} (${origin}; ${facts})`);
      return path;
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
      console.log(`Chromium: ${path} (${origin}) cannot be used: ${reason}.`);
    }
  }
  return undefined;
}

/** Runs a command, whose output is shown only if it fails. */
function run(command: string, args: string[]): boolean {
  console.log(`Chromium: ${command} ${args.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: environment,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (status !== 0) console.log(error?.message ?? `${stdout}${stderr}`);
  return status === 0;
}

function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Debian's own Chromium; needs root. */
function installFromDebian(): Candidate[] {
  if (!isRoot || !isDebian()) return [];
  if (!run('apt-get', ['update', '-qq'])) return [];
  return run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', 'chromium']) ? onPath() : [];
}

/** Playwright's full Chromium. The headless shell that it installs by default has no WebGPU. */
function installFromPlaywright(): Candidate[] {
  const install = (...options: string[]): boolean =>
    run('npx', ['playwright', 'install', '--no-shell', ...options, 'chromium']);
  // The libraries that it needs come from apt, which not every system has.
  return (isRoot && install('--with-deps')) || install() ? ofPlaywright() : [];
}

/** Path of a Chromium whose WebGPU works: found, else installed. Throws where neither succeeds. */
export async function ensureChromium(): Promise<string> {
  const found = await firstWorking(candidates());
  if (found) return found;
  if (process.env.CHROMIUM_PATH)
    throw new Error(
      `CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which cannot be used. Name another, or unset it to have one found or installed.`,
    );
  console.log('Chromium: none with WebGPU was found; installing one.');
  const installed =
    (await firstWorking(installFromDebian())) ?? (await firstWorking(installFromPlaywright()));
  if (installed) return installed;
  throw new Error(
    'No Chromium with WebGPU was found, and none could be installed. Install Chromium or Chrome, and name it in CHROMIUM_PATH if it is not on PATH.',
  );
}
