/** Records one experiment into a file, with a progress bar, and its figures as pictures. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Page } from 'playwright';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { recordToJson } from '../../src/record/json.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { openLabPage } from './page.ts';
import { begin, finish } from './recording.ts';

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

/** Resolves with the record once it is written. A recording that was interrupted goes on when asked for again. */
export async function recordTo(
  path: string,
  experiment: Experiment,
  pictures: string | null,
): Promise<RunRecord> {
  const profile = `${path}.profile`;
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
    if (pictures !== null) await takeFigures(page, pictures);
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
