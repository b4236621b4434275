/** An experiment that leaves the page as one Python file comes back as a record, and lies over the page's own run. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { recordFromJson } from '../src/record/json.ts';
import { button, figure, openLab, runToEnd, TALL, test } from './lab.ts';

const LINK =
  '#v=1&data=shapes&net=vgg:4-M-8-M&variants=none,batch&batch=8&steps=6&every=3&train=200&test=50&testevery=3&ics=2&fine=';
/** What float32 on the GPU and float32 of PyTorch may differ by over these steps. */
const TOLERANCE = 1e-3;
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import numpy, torch']).status === 0,
);
test.skip(!PYTHON, 'no python3 has PyTorch');

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-pytorch-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

async function python(...args: string[]): Promise<void> {
  const child = spawn(PYTHON!, args, { env: { ...process.env, OMP_NUM_THREADS: '1' }, stdio: 'pipe' });
  let errors = '';
  child.stderr.on('data', (part) => {
    errors += part;
  });
  expect(await new Promise((resolve) => child.on('close', resolve)), errors).toBe(0);
}

test('a set-up exported as PyTorch comes back as a record, which is overlaid on the page’s own', async ({
  page,
}) => {
  await page.setViewportSize(TALL);
  await openLab(page, LINK);
  const ours = await runToEnd(page);
  await button(page, 'Share').click();
  const downloading = page.waitForEvent('download');
  await button(page, 'Export as PyTorch').click();
  const file = join(folder, 'experiment.py');
  await (await downloading).saveAs(file);
  const out = join(folder, 'cluster.json');
  await python(file, '--device', 'cpu', '--out', out);

  const reading = recordFromJson(readFileSync(out, 'utf8'));
  if (!reading.ok) throw new Error(reading.message);
  const theirs = reading.record;
  expect(theirs.environment.backend).toBe('pytorch');
  expect(theirs.experiment).toEqual(ours.experiment);
  for (const [i, { train, id }] of ours.variants.entries()) {
    expect(train.step).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const [step, loss] of train.loss.entries())
      expect(Math.abs(theirs.variants[i]!.train.loss[step]! / loss! - 1), `${id}, step ${step}`).toBeLessThan(
        TOLERANCE,
      );
  }

  await page.goto('./#v=1&page=runs');
  await page.locator('input[type=file]').setInputFiles(out);
  const rows = page.locator('.run-table tbody tr');
  await expect(rows).toHaveCount(2);
  await button(page, 'Compare Untitled').click();
  await button(page, 'Compare cluster').click();
  await expect(page.locator('.differences caption')).toContainText('0 of');
  await button(page, 'Overlay on the figures').click();
  await expect(page.locator('.run')).toContainText('Recorded on');
  await expect(figure(page, 'Loss along the gradient').locator('figcaption')).toContainText(
    /Thin lines: “cluster”, recorded on PyTorch .*, CPU, 1 process, float32/,
  );
});
