/**
 * Runs every test: unit, GPU, end to end. Finds or installs a Chromium and a Python with PyTorch first, and builds the page.
 * The last line says how many tests passed and failed in all; whatever keeps a suite from running counts as a failed test.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.ts';
import { ensurePython } from './python.ts';
import { type Outcome, playwrightOutcome, vitestOutcome } from './suiteReports.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUITE_TIMEOUT_MS = 40 * 60_000;

interface Suite {
  name: string;
  needs: 'nothing' | 'Chromium' | 'Chromium and the built page';
  program: string;
  args: (report: string) => string[];
  /** Reads the suite's JSON report. Throws where it is not one. */
  read: (raw: unknown) => Outcome;
}

function vitestSuite(name: string, needs: Suite['needs']): Suite {
  return {
    name,
    needs,
    program: 'vitest',
    args: (report) =>
      ['run', '--project', name, '--allowOnly=false', '--reporter=default', '--reporter=json'].concat(
        `--outputFile.json=${report}`,
      ),
    read: vitestOutcome,
  };
}

const SUITES: Suite[] = [
  vitestSuite('unit', 'nothing'),
  vitestSuite('gpu', 'Chromium'),
  {
    name: 'e2e',
    needs: 'Chromium and the built page',
    program: 'playwright',
    args: () => ['test', '--forbid-only', '--reporter=list,json'],
    read: playwrightOutcome,
  },
];

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const notRun = (why: string): Outcome => ({ passed: 0, failed: 1, skipped: 0, failures: [why] });

/** Runs a program of node_modules/.bin; gives its exit code, or what ended it. */
function run(program: string, args: string[], environment: NodeJS.ProcessEnv): number | string {
  const { status, signal, error } = spawnSync(join(ROOT, 'node_modules', '.bin', program), args, {
    cwd: ROOT,
    env: environment,
    stdio: 'inherit',
    timeout: SUITE_TIMEOUT_MS,
  });
  return status ?? signal ?? message(error);
}

function runSuite(suite: Suite, folder: string, environment: NodeJS.ProcessEnv): Outcome {
  const report = join(folder, `${suite.name}.json`);
  const ended = run(suite.program, suite.args(report), {
    ...environment,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  let outcome: Outcome;
  try {
    outcome = suite.read(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    return notRun(`The suite ended with ${ended} and left no report that can be read: ${message(error)}`);
  }
  if (outcome.failed > 0) return outcome;
  if (ended === 0 && outcome.passed > 0) return outcome;
  const why =
    ended === 0 ? 'The suite ran no test.' : `The suite ended with ${ended}, though no test of it failed.`;
  return { ...outcome, failed: 1, failures: [why] };
}

async function runAll(folder: string): Promise<Outcome[]> {
  const chromium = await ensureChromium().catch((error: unknown) => {
    console.log(message(error));
    return undefined;
  });
  const python = ensurePython();
  if (!python.ok) console.log(`What leaves the page for PyTorch is not tested: ${python.reason}.`);
  const environment = { ...process.env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) };
  const isBuilt = run('vite', ['build', '--logLevel', 'warn'], environment) === 0;
  return SUITES.map((suite) => {
    console.log(`\n--- ${suite.name} tests ---`);
    const isReady =
      suite.needs === 'nothing' || (chromium !== undefined && (suite.needs === 'Chromium' || isBuilt));
    if (isReady) return runSuite(suite, folder, environment);
    return notRun(`The suite could not run: it needs ${suite.needs}.`);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'normscape-tests-'));
const outcomes = await runAll(folder);
rmSync(folder, { recursive: true });
console.log('');
for (const [i, { passed, failed, skipped, failures }] of outcomes.entries()) {
  console.log(`${SUITES[i]!.name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  for (const failure of failures) console.log(`  ${failure}`);
}
const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, one) => total + of(one), 0);
const failed = sum((outcome) => outcome.failed);
console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
