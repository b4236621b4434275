/**
 * Checks the page's numbers with PyTorch: tests the oracle, builds and serves the page, trains tiny networks with every
 * normalisation in a headless Chromium, exports the first and the last probe of each, and lets oracle/recompute.py say how far the
 * numbers are from float64.
 *
 *   npm run verify -- [--if-possible] [--keep folder] [link, such as "#v=1&steps=50"]
 *
 * Fails above a relative deviation of 2e-3. Without PyTorch it fails too, unless it need only run `--if-possible`. With
 * a link it checks that experiment instead; `--keep` leaves the probe bundles in a folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import type { Experiment } from '../src/experiment/experiment.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { ensurePython } from './python.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is used of `window.normscape`. */
interface Scripting {
  ready: Promise<{ backend: string; adapter: string }>;
  configure(from: Partial<Experiment> | string): {
    experiment: Experiment;
    notices: { message: string }[];
  };
  step(count: number): Promise<unknown>;
  run(): Promise<{ variants: { id: string; status: string }[] }>;
  probeBundle(variant: string): Promise<ArrayBuffer>;
}

/** Seven steps with hidden dense layers, odd sizes, and groups of two and three channels. */
const CONVOLUTIONAL: Partial<Experiment> = {
  network: 'vgg:6-M-12-M-5-M-8/24',
  batchSize: 8,
  trainExamples: 64,
  testExamples: 21,
  testEvery: 7,
  steps: 7,
  probeEvery: 7,
  icsLayers: [1, 2, 3, 4, 5, 6],
  activationLayers: [1, 3, 4, 5, 6],
  randomDirections: 2,
  flatnessPoints: 5,
};
const DEEP_LINEAR: Partial<Experiment> = {
  dataset: 'gaussian',
  network: 'dln:5x10',
  batchSize: 'full',
  trainExamples: 100,
  testExamples: 30,
  testEvery: 20,
  learningRate: 5e-5,
  probeSteps: [0.01, 0.1, 1, 10, 30],
  fineSteps: [],
  steps: 20,
  probeEvery: 20,
  icsLayers: [1, 3, 5],
  activationLayers: [1, 3, 5],
  randomDirections: 1,
  sharpnessIterations: 15,
  flatnessPoints: 5,
};

const AT_THE_START = 'at the start';

/** At most eight networks each. */
const EXPERIMENTS: Record<string, Partial<Experiment>> = {
  normalisations: {
    ...CONVOLUTIONAL,
    variants: ['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group'],
    sharpnessIterations: 15,
  },
  switches: {
    ...CONVOLUTIONAL,
    variants: [
      ...['noisy-none', 'batch.last', 'noisy-batch.layer3', 'batch.stopped', 'l1.stopped', 'linf.frozen'],
      ...['group.frozen.stopped', 'l2@0.02'],
    ],
  },
  'momentum-and-decay': {
    ...CONVOLUTIONAL,
    variants: ['none', 'batch', 'noisy-batch', 'linf'],
    momentum: 0.9,
    weightDecay: 0.01,
    learningRate: 0.02,
  },
  'deep-linear': {
    ...DEEP_LINEAR,
    variants: ['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'batch.last'],
  },
};

interface Bundle {
  variant: string;
  /** What became of the network, or `at the start`. */
  status: string;
  base64: string;
}

/** Runs one experiment in the page and exports every network's last probe. */
async function bundlesOf(page: Page, asked: Partial<Experiment> | string): Promise<Bundle[]> {
  const { notices, bundles } = await page.evaluate(
    async ([from, start]) => {
      const lab = (window as unknown as { normscape: Scripting }).normscape;
      await lab.ready;
      const configured = lab.configure(from);
      const exported: Bundle[] = [];
      // No function in here may have a name: the page does not know the helper that tsx gives those.
      for (const isStart of [true, false]) {
        if (isStart) await lab.step(1);
        const variants = isStart ? [] : (await lab.run()).variants;
        for (const variant of configured.experiment.variants) {
          const bytes = new Uint8Array(await lab.probeBundle(variant));
          let text = '';
          for (let i = 0; i < bytes.length; i += 8192)
            text += String.fromCharCode(...bytes.subarray(i, i + 8192));
          const status = isStart ? start : variants.find(({ id }) => id === variant)!.status;
          exported.push({ variant, status, base64: btoa(text) });
        }
      }
      return { notices: configured.notices.map(({ message }) => message), bundles: exported };
    },
    [asked, AT_THE_START] as const,
  );
  for (const notice of notices) console.log(`notice: ${notice}`);
  return bundles;
}

/** Serves the page and writes all bundles into the folder; gives their paths. */
async function exportBundles(
  executablePath: string,
  experiments: Record<string, Partial<Experiment> | string>,
  built: string,
  folder: string,
): Promise<string[]> {
  const server = await preview({ root: ROOT, build: { outDir: built }, preview: { port: 0 } });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  const paths: string[] = [];
  try {
    for (const [name, experiment] of Object.entries(experiments)) {
      // What one experiment sets would hold for the next one in the same page.
      const page = await browser.newPage({ serviceWorkers: 'block' });
      await page.goto(server.resolvedUrls!.local[0]!);
      const bundles = await bundlesOf(page, experiment);
      const ends = bundles.filter(({ status }) => status !== AT_THE_START);
      console.log(`${name}: ${ends.map(({ variant, status }) => `${variant} ${status}`).join(', ')}`);
      for (const { variant, status, base64 } of bundles) {
        const start = status === AT_THE_START ? '.start' : '';
        paths.push(join(folder, `${name}.${variant}${start}.safetensors`));
        writeFileSync(paths.at(-1)!, Buffer.from(base64, 'base64'));
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return paths;
}

/** Runs Python in the project's folder, its output shown; gives its exit code. */
function runPython(python: string, args: string[]): number {
  return spawnSync(python, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

async function main(): Promise<number> {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'if-possible': { type: 'boolean', default: false }, keep: { type: 'string' } },
  });
  const python = ensurePython();
  if (!python.ok) {
    console.log(`Not verified against PyTorch: ${python.reason}.`);
    return options['if-possible'] ? 0 : 1;
  }
  const checked = runPython(python.python, ['-m', 'unittest', 'discover', 'oracle']);
  if (checked !== 0) return checked;
  const executablePath = await ensureChromium();
  const temporary = mkdtempSync(join(tmpdir(), 'normscape-verify-'));
  try {
    const built = join(temporary, 'page');
    await build({ root: ROOT, logLevel: 'warn', build: { outDir: built, emptyOutDir: true } });
    const folder = options.keep ? resolve(options.keep) : join(temporary, 'bundles');
    mkdirSync(folder, { recursive: true });
    const experiments = positionals[0] === undefined ? EXPERIMENTS : { link: positionals[0] };
    const paths = await exportBundles(executablePath, experiments, built, folder);
    return runPython(python.python, ['oracle/recompute.py', ...paths]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
