/** Records one experiment into a file, with a progress bar, and its figures as pictures. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import type { Page } from 'playwright';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { recordToJson } from '../../src/record/json.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { openLabPage } from './page.ts';
import { begin, finish } from './recording.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The record is written, but not its pictures. */
export class FiguresError extends Error {}

/** Writes all or nothing. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

async function takeFigures(page: Page, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Figures draw at most four times a second.
  await page.waitForTimeout(1000);
  for (const [i, figure] of (await page.locator('figure.figure').all()).entries()) {
    const title = (await figure.locator('h3').first().textContent())?.toLowerCase() ?? 'figure';
    const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '');
    await figure.screenshot({ path: join(folder, `${String(i + 1).padStart(2, '0')}-${name}.png`) });
  }
}

/**
 * What the browser stores while a file is recorded. It does not lie beside the file, which may be in public/: what lies
 * there is copied into every build.
 */
const profileOf = (path: string): string =>
  join(ROOT, 'node_modules', '.cache', 'record', createHash('sha256').update(resolve(path)).digest('hex'));

/**
 * Resolves with the record once it is written; rejects with a `FiguresError` where only the pictures are missing. A
 * recording that was interrupted goes on when asked for again.
 */
export async function recordTo(
  path: string,
  experiment: Experiment,
  pictures: string | null,
): Promise<RunRecord> {
  const profile = profileOf(path);
  const { page, close } = await openLabPage(profile);
  const bar = new SingleBar({
    format: '{bar} {value}/{total} steps, {speed} steps/s, {eta_formatted} left',
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  try {
    const { device, step } = await begin(page, experiment);
    console.log(step > 0 ? `${device}: goes on at step ${step}` : device);
    bar.start(experiment.steps, step, { speed: '–' });
    const record = await finish(page, (progress) =>
      bar.update(progress.step, { speed: progress.stepsPerSecond.toPrecision(3) }),
    );
    bar.stop();
    writeWhole(path, recordToJson(record));
    if (pictures !== null)
      await takeFigures(page, pictures).catch((error: Error) => {
        throw new FiguresError(`The record is written, its figures are not: ${error.message}`);
      });
    await close();
    rmSync(profile, { recursive: true, force: true });
    return record;
  } finally {
    bar.stop();
    await close();
  }
}

/** “none finished, batch diverged at step 12” */
export const outcome = ({ variants }: RunRecord): string =>
  variants
    .map(({ id, seed, status, divergedAt }) =>
      [id, `(seed ${seed})`, status, divergedAt === null ? '' : `at step ${divergedAt}`]
        .filter(Boolean)
        .join(' '),
    )
    .join(', ');
